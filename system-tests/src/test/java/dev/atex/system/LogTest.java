package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log file of a run, and {@code -v}. */
@Timeout(300)
class LogTest {
    private static final String LINE = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}"
            + " (DEBUG|INFO |WARN |ERROR) [\\w.]+ \\[[^]]*] .+";

    @TempDir
    private Path directory;

    private Path run;
    private Path log;
    private Atex atex;

    @BeforeEach
    void makeTree() throws IOException {
        run = directory.resolve("run");
        log = run.resolve("atex.log");
        atex = Atex.in(directory)
                .with(Map.of(
                        "XDG_STATE_HOME",
                        directory.resolve("state").toString(),
                        "TEST_API_TOKEN",
                        "run-with-token-81c2"));
        Tree.in(directory.resolve("tree"))
                .test("a", "true")
                .test("b", "echo > \"$READY/b\"; until test -e \"$READY/go\"; do sleep 0.05; done");
    }

    private String[] run(String... more) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "run", "--root", "tree", "--provision", "local", "--output", run.toString()),
                        java.util.stream.Stream.of(more))
                .toArray(String[]::new);
    }

    private List<String> lines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).allMatch(line -> line.matches(LINE));
        return lines;
    }

    @Test
    void runWritesLogAndPrintsNoneOfIt() throws Exception {
        Atex.Result result = atex.call(run("-t", "/a")).expect(0);
        assertThat(lines()).first().asString().contains("INFO  dev.atex.cli [main] atex ", " starts run ");
        assertThat(lines()).last().asString().endsWith("exit code 0");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).doesNotContain("starts run");
        assertThat(Files.getPosixFilePermissions(log))
                .isEqualTo(Files.getPosixFilePermissions(run.resolve("events.jsonl")));
    }

    @Test
    void verboseRunPrintsMessagesOnStandardError() throws Exception {
        Atex.Result result = atex.call(run("-t", "/a", "-v")).expect(0);
        assertThat(result.err().lines()).allMatch(line -> line.matches("[0-9:]{8}\\.[0-9]{3} (INFO |WARN |ERROR) .+"));
        assertThat(result.err()).contains("INFO  cli [main] atex ", "exit code 0");
        assertThat(Files.readString(run.resolve("run.json"))).doesNotContain("verbose");
    }

    @Test
    void verboseCommandWithoutRunHasNoFile() throws Exception {
        Atex.Result quiet = atex.call("discover", "--root", "tree").expect(0);
        Atex.Result verbose = atex.call("discover", "--root", "tree", "-vv").expect(0);
        assertThat(verbose.out()).isEqualTo(quiet.out());
        assertThat(directory.resolve("atex.log")).doesNotExist();
        assertThat(atex.call("discover", "--help").expect(0).out()).contains("-v, --verbose");
    }

    @Test
    void valuesOfVariablesAndTokensAreReplaced() throws Exception {
        run = directory.resolve("run-with-token-81c2-and-s3cretvalue");
        log = run.resolve("atex.log");
        Atex.Result result =
                atex.call(run("-t", "/a", "-vv", "-e", "SECRET=s3cretvalue")).expect(0);
        assertThat(Files.readString(log))
                .contains("<TEST_API_TOKEN>-and-<SECRET>")
                .doesNotContain("81c2", "s3cretvalue");
        assertThat(result.err()).contains("<TEST_API_TOKEN>-and-<SECRET>").doesNotContain("81c2", "s3cretvalue");
    }

    private void interrupt() throws Exception {
        Path ready = Files.createDirectory(directory.resolve("ready"));
        Atex.Call call = atex.start(run("-e", "READY=" + ready));
        Watch.untilThereIs(ready.resolve("b"));
        call.signal("TERM");
        call.end().expect(143);
        Files.writeString(ready.resolve("go"), "");
    }

    @Test
    void resumeAppendsItsSession() throws Exception {
        interrupt();
        List<String> before = lines();
        assertThat(before).anyMatch(line -> line.endsWith("SIGTERM received"));
        assertThat(before).last().asString().endsWith("exit code 143");
        atex.call("resume", run.toString()).expect(0);
        List<String> all = lines();
        assertThat(all.subList(0, before.size())).isEqualTo(before);
        assertThat(all.get(before.size())).contains(" resumes run ");
        assertThat(all).last().asString().endsWith("exit code 0");
    }

    @Test
    void logThatCannotBeWrittenIsReportedAndChangesNothingElse() throws Exception {
        interrupt();
        Files.delete(log);
        Files.createDirectory(log);
        Atex.Result resumed = atex.call("resume", run.toString()).expect(0);
        assertThat(resumed.out())
                .containsPattern("atex\\.log is incomplete: [0-9]+ lines are missing: .*is a directory");
        assertThat(Tree.own(run)).hasSize(2);
    }

    @Test
    void pipeInPlaceOfTheLogHoldsUpNobody() throws Exception {
        interrupt();
        Files.delete(log);
        assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();
        Atex.Result resumed = atex.call("resume", run.toString()).expect(0);
        assertThat(resumed.out()).contains("is a pipe");
    }
}
