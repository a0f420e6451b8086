package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a run was told about when to stop, and how its tests are judged, holds in all of its sessions. */
@Timeout(300)
class StoppedResumeTest {
    @TempDir
    private Path directory;

    private Path ready;
    private Path run;
    private Atex atex;
    private Tree tree;

    @BeforeEach
    void makeTree() throws IOException {
        ready = Files.createDirectory(directory.resolve("ready"));
        run = directory.resolve("run");
        atex = Atex.in(directory)
                .with(Map.of("XDG_STATE_HOME", directory.resolve("state").toString()));
        tree = Tree.in(directory.resolve("tree"));
        test("a", "'false'", "");
        test("b", "echo > $READY/b; until test -e $READY/go; do sleep 0.05; done; false", "");
        test("c", "echo > $READY/c", "");
    }

    private void test(String name, String script, String more) throws IOException {
        tree.file(name + ".fmf", "duration: 1h\ntest: " + script + "\n" + more);
    }

    /** Begins the run, kills it while test b waits, and finishes it. */
    private Atex.Result killed(String... options) throws Exception {
        String[] common = {
            "run",
            "--root",
            "tree",
            "--output",
            run.toString(),
            "--provision",
            "local",
            "--one-machine",
            "-e",
            "READY=" + ready
        };
        Atex.Call call = atex.start(
                java.util.stream.Stream.concat(java.util.Arrays.stream(common), java.util.Arrays.stream(options))
                        .toArray(String[]::new));
        Watch.untilThereIs(ready.resolve("b"));
        call.signal("KILL");
        call.end();
        Files.writeString(ready.resolve("go"), "");
        return atex.call("resume", run.toString());
    }

    private Map<String, String> statuses() throws Exception {
        Map<String, String> statuses = new TreeMap<>();
        Tree.own(run).forEach((test, line) -> statuses.put(test, line.status()));
        return statuses;
    }

    @Test
    void theSecondFailureEndsARunThatWasKilledAfterTheFirst() throws Exception {
        Atex.Result resumed = killed("--max-fail", "2").expect(1);
        assertThat(statuses()).isEqualTo(Map.of("/a", "fail", "/b", "fail", "/c", "skip"));
        assertThat(resumed.out()).contains("2 tests have failed before: no more tests start");
        assertThat(ready.resolve("c")).doesNotExist();
        assertThat(atex.call("resume", run.toString()).expect(1).out()).contains("is already complete");
    }

    @Test
    void aPlanThatEndsWithTheFirstFailureStillDoes() throws Exception {
        test("a", "'true'", "");
        tree.file("plan.fmf", "discover: {how: fmf}\nexecute: {how: tmt, exit-first: true}\n");
        killed("--plan", "/plan").expect(1);
        assertThat(statuses()).isEqualTo(Map.of("/a", "pass", "/b", "fail", "/c", "skip"));
        assertThat(ready.resolve("c")).doesNotExist();
    }

    /** All tests have ended: only the plan is cut off. */
    @Test
    void aFinishThatWasCutOffIsTold() throws Exception {
        test("b", "'true'", "");
        tree.file(
                "plan.fmf",
                "discover: {how: fmf, test: /b}\nfinish: {how: shell, script: 'echo > $READY/b; sleep 1000'}\n");
        Atex.Result resumed = killed("--plan", "/plan").expect(0);
        String told = "The run was killed before plan /plan was finished with local-1: ";
        assertThat(resumed.out().split(told, -1))
                .as("as it begins, and with the summary")
                .hasSize(3);
        assertThat(atex.call("resume", run.toString()).expect(0).out()).contains("is already complete", told);
    }

    @Test
    void anExpectedFailureStaysOne() throws Exception {
        String report =
                "'json=''{\"name\": \"sub\", \"status\": \"fail\"}''; printf \"result %d\\n%s\" ${#json} \"$json\""
                        + " >&$ATEX_TEST_CONTROL; exit 1'";
        test("a", report, "result: xfail\n");
        test("b", "echo > $READY/b; until test -e $READY/go; do sleep 0.05; done", "");
        Atex.Result resumed =
                killed("--results", "junit=" + directory.resolve("r.xml")).expect(0);
        assertThat(resumed.out()).contains("3 tests: 3 pass");
        assertThat(statuses()).isEqualTo(Map.of("/a", "pass", "/b", "pass", "/c", "pass"));
        atex.call("compare", run.toString(), run.toString()).expect(0);
    }
}
