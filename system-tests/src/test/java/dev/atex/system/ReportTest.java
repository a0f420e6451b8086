package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports, watching and comparing with the packaged command. */
class ReportTest {
    @TempDir
    private Path directory;

    @Test
    void aRunMakesTheReportsThatAreMadeLaterToo() throws Exception {
        Tree.in(directory)
                .test("good", "true")
                .test("flaky", "[ -e '" + directory + "/flag' ] || { touch '" + directory + "/flag'; exit 1; }");
        Atex atex = Atex.in(directory);
        String[] run = {
            "run",
            "--output",
            "run",
            "--reruns",
            "1",
            "--flaky",
            "fail",
            "--results",
            "junit=a.xml",
            "--results",
            "html=a.html",
            "--results",
            "jsonl=a.jsonl.xz",
            "--files",
            "copies"
        };
        assertThat(atex.call(run).expect(1).out()).contains("Flaky", "1 pass, 1 flaky");
        atex.call("report", "run", "--junit", "b.xml", "--html", "b.html").expect(0);
        assertThat(atex.call("report", "run", "--machines").expect(0).out())
                .matches("(?s)\\d machines? for 0\\.\\d machine-minutes, \\d+ % of them running tests, \\d+ % idle\n"
                        + "MINUTES +SHARE +ATTEMPTS +TEST\n(.*\n)?0\\.\\d +\\d+ % +2 +/flaky\n.*");
        assertThat(directory.resolve("run/report.html")).doesNotExist();
        assertThat(directory.resolve("b.xml")).hasSameTextualContentAs(directory.resolve("a.xml"));
        assertThat(directory.resolve("b.html")).hasSameTextualContentAs(directory.resolve("a.html"));
        assertThat(directory.resolve("a.xml")).content().contains("<flakyFailure");
        assertThat(directory.resolve("copies/local/good/output.txt")).exists();
        assertThat(atex.call(run).expect(2).err()).contains("exists already");
        assertThat(atex.call("runs", "--in", ".").expect(0).out()).contains("1 flaky");
        assertThat(atex.call("rerun", "run", "--failed").expect(0).out()).contains("nothing to rerun");
    }

    @Test
    void filesAreCompressedAndListedAsTheyAreCalled() throws Exception {
        Tree.in(directory).test("upload", "echo output");
        Atex atex = Atex.in(directory);
        String[] outputs = {"--files", "copies", "--compress-files", "xz", "--compress-level", "1"};
        atex.call(with(outputs, "run", "--output", "run", "--results", "jsonl=a.jsonl.gz", "--results", "yaml=a.yaml"))
                .expect(0);
        assertThat(directory.resolve("a.yaml")).content().contains("output.txt.xz");
        assertThat(directory.resolve("copies/local/upload/output.txt.xz")).exists();
        assertThat(directory.resolve("copies/local/upload/output.txt")).doesNotExist();
        assertThat(directory.resolve("run/files/local/upload/output.txt")).exists();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(directory.resolve("a.jsonl.gz")))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(directory.resolve("run/results.jsonl"))
                            .replace("output.txt", "output.txt.xz"));
        }
        assertThat(atex.call(with(outputs, "report", "run", "--yaml", "b.yaml"))
                        .expect(2)
                        .err())
                .contains("--files copies: it exists already");
        outputs[1] = "again";
        atex.call(with(outputs, "report", "run", "--yaml", "b.yaml")).expect(0);
        assertThat(directory.resolve("b.yaml")).hasSameTextualContentAs(directory.resolve("a.yaml"));
        assertThat(directory.resolve("again/local/upload/output.txt.xz"))
                .hasSameBinaryContentAs(directory.resolve("copies/local/upload/output.txt.xz"));
    }

    private static String[] with(String[] more, String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void aReportThatBreaksDoesNotBreakTheRun() throws Exception {
        Tree.in(directory).test("good", "mkdir '" + directory + "/broken.xml'");
        Atex.Result result = Atex.in(directory)
                .call("run", "--output", "run", "--results", "junit=broken.xml")
                .expect(3);
        assertThat(result.out()).contains("1 test: 1 pass", "the report junit=", "atex report run --junit");
        assertThat(Tree.results(directory.resolve("run"))).hasSize(1);
    }

    @Test
    void anotherShellWatchesTheRunToItsEnd() throws Exception {
        Path gate = directory.resolve("gate");
        Tree.in(directory).test("a", "true").test("b", "mkfifo '" + gate + "'; cat '" + gate + "'; exit 4");
        Atex atex = Atex.in(directory);
        Atex.Call run = atex.start("run", "--output", "run");
        Watch.untilThereIs(gate);
        Atex.Call watch = atex.start("watch", "run");
        Files.writeString(gate, "go on\n");
        Atex.Result ran = run.end().expect(1);
        Atex.Result watched = watch.end().expect(1);
        assertThat(ran.out()).endsWith(watched.out().substring(watched.out().indexOf("Not passed")));
        assertThat(watched.out()).contains("pass  /a", "fail  /b");
    }

    @Test
    void whoWatchesARunThatIsKilledHearsOfIt() throws Exception {
        Path gate = directory.resolve("gate");
        Tree.in(directory).test("a", "false").test("b", "mkfifo '" + gate + "'; cat '" + gate + "'");
        Atex atex = Atex.in(directory);
        Atex.Call run = atex.start("run", "--output", "run", "--results", "junit=j.xml", "--results", "jsonl=j.xz");
        Watch.untilThereIs(gate);
        Atex.Call watch = atex.start("watch", "run");
        run.signal("KILL");
        run.end().expect(137);
        Atex.Result watched = watch.end().expect(2);
        assertThat(watched.err()).contains("ended before its run", "atex resume");
        assertThat(directory.resolve("j.xml")).doesNotExist();
        Tree.in(directory).test("b", "true");
        atex.call("resume", "run").expect(1);
        assertThat(directory.resolve("j.xml")).content().contains("tests=\"2\"", "failures=\"1\"");
        assertThat(Files.size(directory.resolve("j.xz"))).isPositive();
        assertThat(atex.call("watch", "run").expect(1).out()).contains("1 pass, 1 fail");
    }

    @Test
    void aServedRunIsShownToThoseWithTheToken() throws Exception {
        Path gate = directory.resolve("gate");
        Tree.in(directory).test("a", "mkfifo '" + gate + "'; cat '" + gate + "'");
        Atex.Call run = Atex.in(directory).start("run", "--output", "run", "--serve", "127.0.0.2:0");
        Watch.untilThereIs(gate);
        Matcher url = Pattern.compile("http://127\\.0\\.0\\.2:[0-9]+/\\?token=[0-9a-f]{32}")
                .matcher(run.outSoFar());
        assertThat(url.find()).as(run.outSoFar()).isTrue();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, url.group().replaceAll("\\?.*", "")).statusCode())
                    .isEqualTo(403);
            assertThat(get(client, url.group()).body()).contains("\"UNFINISHED\"", "[\"/a\",\"running\"");
        }
        Files.writeString(gate, "go on\n");
        run.end().expect(0);
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aLaterRunIsComparedWithAnEarlierOne() throws Exception {
        Tree.in(directory).test("a", "[ ! -e '" + directory + "/worse' ]").test("b", "false");
        Atex atex = Atex.in(directory);
        atex.call("run", "--output", "one").expect(1);
        atex.call("compare", "one", "one").expect(0);
        Files.createFile(directory.resolve("worse"));
        atex.call("run", "--output", "two").expect(1);
        assertThat(atex.call("compare", "one", "two").expect(1).out())
                .contains("Newly failing:\n  /a\nStill failing:\n  /b\n", "1 newly failing");
        assertThat(atex.call("compare", "two", "one").expect(0).out()).contains("Newly passing:\n  /a\n");
    }
}
