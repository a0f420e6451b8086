package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signals to a run: what tests started is gone, what they reported is kept, and the exit code says what happened. */
class InterruptTest {
    private static final String MARK = "ATEX_SYSTEM_TEST";

    @TempDir
    private Path directory;

    private final String mark = UUID.randomUUID().toString();
    private Tree tree;
    private Path ready;

    @BeforeEach
    void makeTree() throws IOException {
        ready = Files.createDirectory(directory.resolve("ready"));
        tree = Tree.in(directory.resolve("tree"));
    }

    /** Starts a run of the tree; its tests tell that they have come somewhere by making a file in {@code $READY}. */
    private Atex.Call start(String... more) throws IOException {
        return Atex.in(directory)
                .start(Stream.concat(
                                Stream.of(
                                        "run",
                                        "--root",
                                        tree.directory().toString(),
                                        "--output",
                                        "run",
                                        "-e",
                                        MARK + "=" + mark,
                                        "-e",
                                        "READY=" + ready),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    /** No process has the mark, and the work directories that tests wrote down are gone. */
    private void assertNothingIsLeft() throws IOException {
        assertThat(ProcessTable.marked(MARK + "=" + mark)).isEmpty();
        try (Stream<Path> files = Files.list(ready)) {
            for (Path file : files.toList()) {
                String work = Files.readString(file).strip();
                if (work.startsWith("/")) {
                    assertThat(Path.of(work)).doesNotExist();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
    void firstSignalKeepsReportedResults(String signal, int exitCode) throws Exception {
        tree.test("a-done", "true").test("b-runs", """
                        json='{"name": "early", "status": "pass"}'
                        printf 'result %d\\n%s' ${#json} "$json" >&$ATEX_TEST_CONTROL
                        echo some output
                        setsid sleep 1000 &
                        (trap '' TERM HUP INT; sleep 1000) &
                        echo "$TMT_TREE" > "$READY/x"; mv "$READY/x" "$READY/b"
                        sleep 1000
                        """).test("c-waits", "true");
        Atex.Call run = start();
        Watch.untilThereIs(ready.resolve("b"));
        assertThat(ProcessTable.marked(MARK + "=" + mark)).isNotEmpty();
        run.signal(signal);
        Atex.Result result = run.end().expect(exitCode);
        assertThat(result.out()).contains("SIG" + signal + ": ending 1 test", "Interrupted (SIG" + signal + ")");
        assertNothingIsLeft();
        Path output = directory.resolve("run");
        assertThat(Tree.results(output))
                .extracting(Tree.Line::test, Tree.Line::subtest, Tree.Line::status)
                .contains(
                        tuple("/a-done", null, "pass"),
                        tuple("/b-runs", "early", "pass"),
                        tuple("/b-runs", null, "infra"));
        assertThat(Tree.own(output).get("/b-runs").note()).isEqualTo("TestAbortedError(cancel requested)");
        assertThat(result.out()).containsPattern("Not run:\n *  /c-waits");
        assertThat(output.resolve("files/local/b-runs/output.txt")).content().contains("some output");
    }

    @Test
    void ctrlCAtTerminalKeepsReportedResults() throws Exception {
        Path started = ready.resolve("started");
        tree.test("test", CtrlC.test(started.toString()));
        CtrlC.endsARun(directory, started, "run", "--root", tree.directory().toString(), "--output", "run");
    }

    @Test
    void secondSignalDoesNotWaitForCleanUp() throws Exception {
        finishThatTakesLong();
        Atex.Call run = start("--plan", "/plan");
        Watch.untilThereIs(ready.resolve("test"));
        run.signal("INT");
        Watch.untilThereIs(ready.resolve("finish"));
        run.signal("TERM");
        Atex.Result result = run.end().expect(130);
        String problem = "clean-up of local-1 failed: it was cut short: no time was left";
        assertThat(result.out()).contains("problem: " + problem, "\n  " + problem + "\n");
        Atex.in(directory).call("report", "run", "--results", "html=page.html").expect(0);
        // The second signal may also cut off the storing of the canceled test's results, which is a problem of its own.
        assertThat(directory.resolve("page.html"))
                .content()
                .containsPattern("\"problems\":\\[[^]]*\"" + Pattern.quote(problem) + "\"[^]]*]");
        assertNothingIsLeft();
    }

    @Test
    void thirdSignalExitsAtOnce() throws Exception {
        finishThatTakesLong();
        Atex.Call run = start("--plan", "/plan");
        Watch.untilThereIs(ready.resolve("test"));
        run.signal("TERM");
        Watch.untilThereIs(ready.resolve("finish"));
        run.signal("INT");
        run.signal("HUP");
        assertThat(run.end().exitCode()).isEqualTo(143);
        // What is left then is ended by the guard of the run.
        Path state = Atex.STATE.resolve("atex");
        Watch.until(state, "the guard", () -> new StateDirectory(state).runs().isEmpty());
        assertNothingIsLeft();
    }

    private void finishThatTakesLong() throws IOException {
        tree.test("test", "echo \"$TMT_TREE\" > $READY/x; mv $READY/x $READY/test; sleep 1000");
        tree.file("plan.fmf", """
                discover: {how: fmf}
                finish: {how: shell, script: 'echo > $READY/finish; sleep 1000'}
                """);
    }

    @Test
    void closedOutputPipeDoesNotEndRun() throws Exception {
        tree.test("a", "true").test("b", "false");
        Atex.Result result = Atex.in(directory)
                .startAs(List.of(
                        "bash",
                        "-c",
                        "set -o pipefail; \"$0\" run --root tree --output run | true",
                        Atex.SOURCES.resolve("atex").toString()))
                .end();
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(Tree.own(directory.resolve("run"))).hasSize(2);
    }
}
