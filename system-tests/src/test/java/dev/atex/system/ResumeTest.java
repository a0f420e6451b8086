package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that are killed or interrupted, and finished by {@code atex resume}. */
class ResumeTest {
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
        test("a", "echo >> $READY/a-runs; echo a");
        test("b-fails", "echo >> $READY/b-runs; false");
        test("c-reports", """
                        echo >> $READY/c-runs
                        echo text > f
                        json='{"name": "sub", "status": "pass"}'
                        printf 'result %d\\n%s' ${#json} "$json" >&$ATEX_TEST_CONTROL
                        """);
        test("d-slow", """
                        echo >> $READY/d-runs
                        echo > $READY/d
                        while [ ! -e $READY/go ]; do sleep 0.05; done
                        """);
        test("e-last", """
                        echo >> $READY/e-runs
                        test -e $READY/go2 || { echo > $READY/e; sleep 1000; }
                        """);
    }

    /** Nothing may be over in time just because the machine is busy. */
    private void test(String name, String script) throws IOException {
        tree.file(name + ".fmf", "duration: 1h\ntest: |\n  " + script.strip().replace("\n", "\n  ") + "\n");
    }

    private String[] command(Path output, String... more) {
        return Stream.concat(
                        Stream.of("run", "--root", "tree", "--output", output.toString(), "-e", "READY=" + ready),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private void allow(String... files) throws IOException {
        for (String file : files) {
            Files.writeString(ready.resolve(file), "");
        }
    }

    private List<String> runs(String... tests) throws IOException {
        List<String> counts = new ArrayList<>();
        for (String test : tests) {
            counts.add(test + " "
                    + Files.readAllLines(ready.resolve(test + "-runs")).size());
        }
        return counts;
    }

    private static List<String> lines(Path output) throws IOException {
        return Files.readAllLines(output.resolve("results.jsonl"));
    }

    /** What a run has that nothing disturbs. */
    private List<String> undisturbed() throws Exception {
        allow("go", "go2");
        Path other = directory.resolve("undisturbed");
        atex.call(command(other)).expect(1);
        return lines(other).stream().sorted().toList();
    }

    private List<?> listed() throws Exception {
        return (List<?>) Json.parse(atex.call("runs", "--in", directory.toString(), "--json")
                .expect(0)
                .out());
    }

    /** Its process may end between the last test and the last report. */
    @Test
    void whatACompleteRunWasToLeaveIsMadeWhereItIsMissing() throws Exception {
        allow("go", "go2");
        atex.call(command(run, "--results", "junit=r.xml", "--files", "copy")).expect(1);
        Path report = directory.resolve("r.xml");
        Path copied = directory.resolve("copy/local/a/output.txt");
        String whole = Files.readString(report);
        Trees.delete(directory.resolve("copy"));
        Files.delete(report);
        Files.createDirectory(directory.resolve(".copy.new")); // half of it
        Atex.Result resumed = atex.call("resume", run.toString()).expect(1);
        assertThat(resumed.out()).contains("is already complete");
        assertThat(report).content().isEqualTo(whole);
        assertThat(copied).content().isEqualTo("a\n");
        assertThat(directory.resolve(".copy.new")).doesNotExist();

        Files.writeString(report, "somebody's own");
        atex.call("resume", run.toString()).expect(1);
        assertThat(report).content().isEqualTo("somebody's own");
    }

    /** Its process may end while it removes stored attempts. */
    @Test
    void resumeOfCompleteRunRemovesStoredAttempts() throws Exception {
        allow("go", "go2");
        atex.call(command(run)).expect(1);
        Path stored = run.resolve("files/local/a/output.txt");
        Path left = Files.createDirectories(run.resolve("attempts/a/1/files"));
        Files.createLink(left.resolve("output.txt"), stored);
        Files.writeString(left.resolveSibling("results"), "{}\n");
        Path unstored = Files.createDirectories(run.resolve("attempts/b-fails/1/files"));
        Files.writeString(unstored.resolve("output.txt"), "not stored");
        Atex.Result resumed = atex.call("resume", run.toString()).expect(3);
        assertThat(resumed.out() + resumed.err())
                .contains("is already complete", "b-fails/1 are not removed", "b-fails/1/files/output.txt: is not in ");
        assertThat(run.resolve("attempts/a")).doesNotExist();
        assertThat(stored).content().isEqualTo("a\n");
        assertThat(unstored.resolve("output.txt")).hasContent("not stored");
        Trees.delete(unstored);
        assertThat(atex.call("resume", run.toString()).expect(1).out()).contains("is already complete");
        assertThat(run.resolve("attempts")).doesNotExist();
    }

    /** Begins the run, and kills it while one of its tests waits. */
    private void killInTheMiddle() throws Exception {
        Atex.Call call = atex.start(command(run));
        Watch.untilThereIs(ready.resolve("d"));
        call.signal("KILL");
        call.end();
    }

    private Object state() throws Exception {
        return ((Map<?, ?>) listed().getFirst()).get("state");
    }

    @ParameterizedTest
    @CsvSource({"KILL, 137, crashed", "TERM, 143, interrupted"})
    void aRunThatWasEndedIsFinished(String signal, int exitCode, String state) throws Exception {
        Atex.Call call = atex.start(command(run));
        Watch.untilThereIs(ready.resolve("d"));
        assertThat(state()).isEqualTo("running");
        assertThat(atex.call("resume", "run").expect(2).err()).contains("is still running");
        call.signal(signal);
        Atex.Result ended = call.end().expect(exitCode);
        if (state.equals("interrupted")) {
            assertThat(ended.out()).contains("To finish it: atex resume " + run);
        }
        List<String> before = lines(run);
        assertThat(before).hasSizeGreaterThanOrEqualTo(4);
        assertThat(state()).isEqualTo(state);

        allow("go", "go2");
        Atex.Result resumed = atex.call("resume", "run").expect(1);
        assertThat(resumed.out()).contains("2 of 5 tests left on local", "5 tests: 4 pass, 1 fail");
        assertThat(runs("a", "b", "c", "d", "e")).containsExactly("a 1", "b 1", "c 1", "d 2", "e 1");
        assertThat(Tree.own(run)).hasSize(5);
        assertThat(lines(run).subList(0, 4)).isEqualTo(before.subList(0, 4));
        assertThat(lines(run).stream().sorted().toList()).isEqualTo(undisturbed());
        assertThat(run.resolve("attempts/d-slow/1")).isDirectory();
        assertThat(run.resolve("files/local/a/output.txt")).hasContent("a");

        assertThat(atex.call("resume", "run").expect(1).out())
                .contains("is already complete", "5 tests: 4 pass, 1 fail");
        assertThat(((Map<?, ?>) listed().getFirst()).get("counts")).hasToString("{pass=4, fail=1}");
    }

    /** What a run could not give back is still there when it is looked at again. */
    @Test
    void aCompleteRunWithALeftoverIsNoSuccess() throws Exception {
        allow("go", "go2");
        Atex.Result first = atex.start(command(run)).end().expect(1);
        assertThat(first.out()).contains("5 tests: 4 pass, 1 fail");
        String id = (String) ((Map<?, ?>) listed().getFirst()).get("id");
        try (Ledger ledger = Ledger.create(
                new StateDirectory(directory.resolve("state/atex")), RunOwner.current(id, run.toAbsolutePath()))) {
            ledger.intend("local", Map.of());
            ledger.intend("hovercraft", Map.of());
        }
        assertThat(atex.call("resume", "run").expect(3).out())
                .contains("left by the interrupted run", "is already complete", "not released: hovercraft " + id + "-2")
                .doesNotContain("not released: local");
    }

    @Test
    void aRunWithSomethingThatCannotBeFreedIsFinishedAllTheSame() throws Exception {
        killInTheMiddle();
        allow("go", "go2");
        String id = (String) ((Map<?, ?>) listed().getFirst()).get("id");
        StateDirectory state = new StateDirectory(directory.resolve("state/atex"));
        Watch.untilFreed(state, "by the guard");
        try (Ledger ledger = Ledger.create(state, RunOwner.current(id, run.toAbsolutePath()))) {
            ledger.intend("hovercraft", Map.of());
        }
        assertThat(atex.call("resume", "run").expect(1).out()).contains("hovercraft");
        assertThat(lines(run).stream().sorted().toList()).isEqualTo(undisturbed());
        try (Ledger ledger = Ledger.create(state, RunOwner.current(id + ".2", run.toAbsolutePath()))) {
            ledger.intend("zeppelin", Map.of());
        }
        assertThat(atex.call("reap", "--run", id).expect(3).out()).contains("hovercraft", "zeppelin");
        assertThat(atex.call("reap", "--older-than", "1d").expect(0).out())
                .contains("No run that old has left anything");
    }

    @Test
    void aResumedRunCanBeKilledAndResumedToo() throws Exception {
        killInTheMiddle();
        allow("go");
        Atex.Call second = atex.start("resume", "run");
        Watch.untilThereIs(ready.resolve("e"));
        second.signal("KILL");
        second.end();
        allow("go2");
        atex.call("resume", run.toString()).expect(1);
        assertThat(runs("a", "d", "e")).containsExactly("a 1", "d 2", "e 2");
        assertThat(lines(run).stream().sorted().toList()).isEqualTo(undisturbed());
    }

    @Test
    void aTestThatVanishedIsReportedAndTheOthersGoOn() throws Exception {
        killInTheMiddle();
        allow("go", "go2");
        Files.delete(directory.resolve("tree/d-slow.fmf"));
        Atex.Result resumed = atex.call("resume", "run").expect(3);
        assertThat(resumed.out()).contains("these tests no longer exist and cannot be run: /d-slow");
        assertThat(Tree.own(run).values())
                .extracting(Tree.Line::test, Tree.Line::status)
                .contains(tuple("/d-slow", "infra"), tuple("/e-last", "pass"), tuple("/a", "pass"));
    }

    @Test
    void failedTestsAreRunAgainInARunOfTheirOwn() throws Exception {
        allow("go", "go2");
        atex.call("run", "--root", "tree", "-e", "READY=" + ready, "--exclude", "report")
                .expect(1);
        String id;
        try (Stream<Path> all = Files.list(directory.resolve("atex-runs"))) {
            id = all.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow()
                    .getFileName()
                    .toString();
        }
        atex.call("rerun", id, "--failed", "--output", "again").expect(1);
        assertThat(runs("a", "b")).containsExactly("a 1", "b 2");
        Path again = directory.resolve("again");
        assertThat(Tree.own(again)).containsOnlyKeys("/b-fails");
        assertThat(((Map<?, ?>) Json.parse(Files.readString(again.resolve("run.json")))).get("origin"))
                .asString()
                .contains(id);
        test("b-fails", "true");
        atex.call("rerun", "again", "--failed", "--output", "good").expect(0);
        assertThat(atex.call("rerun", "good", "--failed").expect(0).out()).contains("passed: nothing to rerun");
        atex.call("rerun", id, "--output", "whole").expect(0);
        assertThat(Tree.own(directory.resolve("whole"))).hasSize(4);
        assertThat(atex.call("resume", id.substring(0, id.length() - 1))
                        .expect(2)
                        .err())
                .contains("no run '", "did you mean '" + id + "'?");
        assertThat(atex.call("runs").expect(0).out()).contains(id, "finished", "3 pass, 1 fail");
    }

    /** {@code -Datex.kills=N} makes it more. */
    @Test
    void killedAnywhereARunBecomesWhole() throws Exception {
        allow("go", "go2");
        List<String> expected = undisturbed();
        Random random = new Random(Long.getLong("atex.seed", 1));
        for (int i = 0; i < Integer.getInteger("atex.kills", 4); i++) {
            Path output = directory.resolve("run" + i);
            Atex.Call call = atex.start(command(output, "--provision", "local,max=2"));
            boolean ended = call.process().waitFor(random.nextInt(3_000), TimeUnit.MILLISECONDS);
            call.process().destroyForcibly();
            call.end();
            if (!Files.exists(output.resolve("run.json"))) {
                continue; // it had not begun
            }
            List<String> before = Files.exists(output.resolve("results.jsonl")) ? lines(output) : List.of();
            assertThat(before).isSubsetOf(expected);
            atex.call("resume", output.toString()).expect(1);
            assertThat(lines(output)).containsAll(before);
            assertThat(lines(output).stream().sorted().toList())
                    .as("kill %d, ended before: %s", i, ended)
                    .isEqualTo(expected);
        }
    }
}
