package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tests call their files, with the packaged command: names are text, and lead to no file but those of the run. */
@Timeout(300)
class HostileNamesTest {
    private static final String SECRET = "the-secret-of-the-controller";
    private static final String SEND = """
            send() { printf 'result %d\\n%s' "${#1}" "$1" >&$ATEX_TEST_CONTROL; }
            """;

    @TempDir
    private Path directory;

    private Path run;
    private Path secret;
    private Tree tree;
    private Atex atex;

    @BeforeEach
    void makeTree() throws IOException {
        directory = directory.toRealPath();
        run = directory.resolve("run");
        secret = Files.writeString(directory.resolve("secret.txt"), SECRET + "\n");
        tree = Tree.in(directory.resolve("tree"));
        atex = Atex.in(directory)
                .with(Map.of("XDG_STATE_HOME", directory.resolve("state").toString()));
    }

    private String[] command(String... more) {
        return Stream.concat(
                        Stream.of("run", "--root", "tree", "--output", run.toString(), "-e", "GATE=" + directory),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    // ---- names that no file system takes

    /** As in JSON, by the name of a test. */
    private static Map<String, String> impossible() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("nul", "a\\u0000b");
        names.put("half", "half \\ud800");
        names.put("long", "n".repeat(300));
        names.put("long-wide", "\\u20ac".repeat(120));
        names.put("dots", "..\\u0000");
        names.put("only-nul", "\\u0000");
        return names;
    }

    /** For each name a test that uploads a file of this name, one that calls its output like that, and one whose subtest is called so. */
    private void impossibleTests() throws IOException {
        for (Map.Entry<String, String> each : impossible().entrySet()) {
            String name = each.getValue();
            tree.test(
                    "file/" + each.getKey(),
                    SEND + "send '{\"status\": \"fail\", \"files\": [{\"name\": \"" + name
                            + "\", \"length\": 5}]}'; printf hello >&$ATEX_TEST_CONTROL");
            tree.test(
                    "testout/" + each.getKey(),
                    SEND + "send '{\"status\": \"fail\", \"testout\": \"" + name + "\"}'; echo said by the test");
            tree.test(
                    "subtest/" + each.getKey(),
                    SEND + "send '{\"name\": \"" + name
                            + "\", \"status\": \"fail\", \"files\": [{\"name\": \"f\", \"length\": 5}]}'; printf hello >&$ATEX_TEST_CONTROL");
        }
    }

    private static Atex.Result clean(Atex.Result result) {
        assertThat(result.out() + result.err()).doesNotContain("Exception", "\tat ", "\0");
        return result;
    }

    /** What files there are below the run's {@code files/} of these tests. */
    private List<String> contents(String tests) throws IOException {
        try (Stream<Path> files = Files.walk(run.resolve("files/local/" + tests))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("output.txt"))
                    .map(HostileNamesTest::read)
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void othersWork() throws Exception {
        assertThat(clean(atex.call("runs", "--in", directory.toString()).expect(0))
                        .out())
                .contains("finished", "18 fail");
        clean(atex.call("report", run.toString(), "--junit", "r.xml", "--html", "r.html", "--ctrf", "r.json")
                .expect(0));
        assertThat(directory.resolve("r.xml")).content().contains("tests=\"24\"", "said by the test");
        assertThat(directory.resolve("r.html")).content().contains("said by the test");
        assertThat(clean(atex.call("resume", run.toString()).expect(1)).out()).contains("is already complete");
    }

    @Test
    void runWithNamesInvalidForFileSystems() throws Exception {
        impossibleTests();
        Atex.Result result = clean(atex.call(command("--results", "junit=own.xml", "--files", "copies"))
                .expect(1));
        assertThat(result.out()).contains("18 tests: 18 fail", "Results: " + run);
        assertThat(Tree.own(run)).hasSize(18);
        assertThat(contents("file")).hasSize(6).containsOnly("hello");
        assertThat(contents("subtest")).hasSize(6).containsOnly("hello");
        assertThat(contents("testout")).hasSize(6).containsOnly("said by the test\n");
        othersWork();
    }

    @Test
    void killedRunWithSuchNamesIsResumed() throws Exception {
        impossibleTests();
        tree.file("z.fmf", "duration: 1h\ntest: touch $GATE/begun; until [ -e $GATE/go ]; do sleep 0.05; done\n");
        Atex.Call call = atex.start(command());
        Watch.untilThereIs(directory.resolve("begun"));
        call.signal("KILL");
        call.end().expect(137);
        assertThat(clean(atex.call("runs", "--in", directory.toString()).expect(0))
                        .out())
                .contains("crashed");
        Files.createFile(directory.resolve("go"));
        assertThat(clean(atex.call("resume", run.toString()).expect(1)).out())
                .contains("1 of 19 tests left", "19 tests: 1 pass, 18 fail");
        assertThat(Tree.own(run)).hasSize(19);
        clean(atex.call("report", run.toString(), "--junit", "r.xml", "--html", "r.html")
                .expect(0));
        assertThat(directory.resolve("r.xml")).content().contains("said by the test");
    }

    /** In YAML a name can have what no file and no argument can. */
    @Test
    void testNamesWithControlCharactersAndSurrogates() throws Exception {
        tree.file("main.fmf", """
                "/half \\ud800": {test: 'true'}
                "/nul \\0": {test: 'true'}
                "/plain": {test: 'true'}
                """);
        Atex.Result result = atex.call(command("--results", "junit=own.xml")).expect(3);
        assertThat(result.out()).contains("3 tests: 2 pass, 1 infra").doesNotContain("\tat ");
        List<String> lines = Files.readAllLines(run.resolve("results.jsonl"));
        Atex.Result resumed = atex.call("resume", run.toString()).expect(3);
        assertThat(resumed.out()).contains("is already complete", "3 tests: 2 pass, 1 infra");
        assertThat(Files.readAllLines(run.resolve("results.jsonl"))).isEqualTo(lines);
        assertThat(atex.call("runs", "--in", directory.toString()).expect(0).out())
                .contains("2 pass, 1 infra");
        atex.call("report", run.toString(), "--junit", "r.xml").expect(0);
        assertThat(directory.resolve("r.xml")).hasSameTextualContentAs(directory.resolve("own.xml"));
        atex.call("rerun", run.toString(), "--output", "again").expect(3);
        assertThat(Tree.own(directory.resolve("again"))).hasSize(3);
    }

    /** Somebody has written into a run directory what no run writes. */
    @Test
    void damagedRunDirectoryIsOneLineInList() throws Exception {
        tree.test("a", "true");
        atex.call(command()).expect(0);
        Path damaged = Files.createDirectory(directory.resolve("damaged"));
        Files.writeString(
                damaged.resolve("run.json"),
                Files.readString(run.resolve("run.json")).replace("\"/a\"", "\"\\u0000\""));
        Files.write(damaged.resolve("events.jsonl"), new byte[] {'{', 0, (byte) 0xff, '\n', '{', '}', '\n'});
        Files.write(damaged.resolve("results.jsonl"), new byte[] {0, '\n', 0, '\n'});
        Files.createFile(damaged.resolve("run.lock"));
        Atex.Result listed =
                clean(atex.call("runs", "--in", directory.toString()).expect(0));
        assertThat(listed.out()).contains("finished", "1 pass");
        assertThat((listed.out() + listed.err()).lines().filter(line -> line.contains("damaged")))
                .hasSize(1);
        for (String command : List.of("resume", "report", "watch")) {
            assertThat(clean(atex.call(command, damaged.toString()).expect(2)).err())
                    .contains("damaged");
        }
    }

    // ---- names that lead elsewhere

    @Test
    void fileNamesOutsideOfRunAreNotShown() throws Exception {
        List<String> names = Stream.concat(
                        Stream.iterate("../secret.txt", "../"::concat).limit(9),
                        Stream.of(
                                secret.toString(),
                                "../".repeat(40) + secret,
                                "./..//" + "../".repeat(4) + "secret.txt"))
                .toList();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            tree.test("out/" + i, SEND + "send '{\"status\": \"fail\", \"testout\": \"" + name + "\"}'; echo said");
            tree.test(
                    "file/" + i,
                    SEND + "send '{\"status\": \"fail\", \"files\": [{\"name\": \"" + name + "\", \"length\": 0}]}'");
            tree.test("only-named/" + i, SEND + "send '{\"status\": \"fail\", \"files\": [\"" + name + "\"]}'");
            tree.test(
                    "subtest/" + i,
                    SEND + "send '{\"name\": \"" + name + "\", \"status\": \"fail\", \"testout\": \"" + name
                            + "\"}'; echo said; false");
        }
        tree.file("z.fmf", "duration: 1h\ntest: touch $GATE/begun; until [ -e $GATE/go ]; do sleep 0.05; done\n");
        Atex.Call call = atex.start(command("--results", "junit=own.xml", "--serve", "127.0.0.1:0"));
        Watch.untilThereIs(directory.resolve("begun"));
        servesNothingOf(names, call.outSoFar());
        Files.createFile(directory.resolve("go"));
        Atex.Result result = clean(call.end());
        assertThat(result.exitCode()).isEqualTo(3); // absolute names are against the protocol
        showsNothingOf(result);
        assertThat(secret).hasContent(SECRET + "\n");
        Atex.Result reported = clean(atex.call(
                        "report",
                        run.toString(),
                        "--junit",
                        "r.xml",
                        "--html",
                        "r.html",
                        "--ctrf",
                        "r.json",
                        "--yaml",
                        "r.yaml",
                        "--jsonl",
                        "r.jsonl",
                        "--files",
                        "copies")
                .expect(0));
        showsNothingOf(reported);
        showsNothingOf(atex.call("watch", run.toString()));
        for (String file : List.of("own.xml", "r.xml", "r.html", "r.json", "r.yaml", "r.jsonl")) {
            assertThat(directory.resolve(file)).content().contains("/out/0").doesNotContain(SECRET);
        }
        assertThat(directory.resolve("r.xml")).content().contains("said");
        hasNoSecret(directory.resolve("copies"));
        hasNoSecret(run);
    }

    /** Neither what is in the file, nor where it is, as for files of tests; in a note it may be named. */
    private void showsNothingOf(Atex.Result result) {
        assertThat(result.out() + result.err()).doesNotContain(SECRET);
        assertThat(result.out().lines().map(String::strip)).doesNotContain(secret.toString());
    }

    private static void servesNothingOf(List<String> names, String printed) throws Exception {
        Matcher url = Pattern.compile("(http://127\\.0\\.0\\.1:[0-9]+/)(\\?token=[0-9a-f]{32})")
                .matcher(printed);
        assertThat(url.find()).as(printed).isTrue();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> page = get(client, url.group());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("/out/0").doesNotContain(SECRET);
            assertThat(get(client, url.group(1) + "files/local/out/0/secret.txt" + url.group(2))
                            .body())
                    .isEqualTo("said\n");
            for (String name : names) {
                for (String test : List.of("out/0", "subtest/0", "file/0")) {
                    String path = "files/local/" + test + "/" + name.replace("..", "%2e%2e");
                    HttpResponse<String> answer = get(client, url.group(1) + path + url.group(2));
                    assertThat(answer.body()).as(path).doesNotContain(SECRET);
                }
            }
        }
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void hasNoSecret(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> assertThat(read(file)).as(file.toString()).doesNotContain(SECRET));
        }
    }
}
