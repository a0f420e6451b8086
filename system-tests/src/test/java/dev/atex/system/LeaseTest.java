package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.lease.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that meet each other, a full disk, a state directory that can't be written, and CI systems that cancel. */
class LeaseTest {
    @TempDir
    private Path directory;

    private Path ready;
    private Path state;
    private Atex atex;

    @BeforeEach
    void makeTree() throws IOException {
        ready = Files.createDirectory(directory.resolve("ready"));
        state = directory.resolve("state");
        atex = Atex.in(directory).with(Map.of("XDG_STATE_HOME", state.toString()));
        Tree.in(directory.resolve("tree"))
                .test("slow", "echo > $READY/$NAME; until [[ -e $READY/go ]]; do sleep 0.1; done")
                .test("stuck", "echo > $READY/$NAME; setsid sleep 1000 & sleep 1000")
                .test("quick", "true")
                .file("plan.fmf", """
                        discover: {how: fmf}
                        finish: {how: shell, script: 'echo > $READY/finish; sleep 1000'}
                        """);
    }

    private String[] run(String test, String output, String... more) {
        return Stream.concat(
                        Stream.of(
                                "run",
                                "--root",
                                "tree",
                                "-t",
                                "^/" + test + "$",
                                "--output",
                                output,
                                "-e",
                                "NAME=" + output,
                                "-e",
                                "READY=" + ready),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private static void await(Path parent, String what, Condition condition) throws IOException, InterruptedException {
        try (WatchService watch = parent.getFileSystem().newWatchService()) {
            parent.register(watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE);
            while (!condition.holds()) {
                WatchKey key = watch.poll(1, TimeUnit.MINUTES);
                assertThat(key).as("waiting for " + what).isNotNull();
                key.pollEvents();
                key.reset();
            }
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private void awaitTest(String output) throws IOException, InterruptedException {
        await(ready, output, () -> Files.exists(ready.resolve(output)));
    }

    private List<String> ledgers() throws IOException {
        return new StateDirectory(state.resolve("atex")).runs();
    }

    @Test
    void twoRunsAndAReaperAtOnceDoNotTouchEachOther() throws Exception {
        Atex.Call first = atex.start(run("slow", "first"));
        awaitTest("first");
        assertThat(ledgers()).hasSize(1);
        String id = ledgers().getFirst();
        atex.call(run("quick", "second")).expect(0);
        assertThat(atex.call("reap").expect(0).out()).isEqualTo("run " + id + " is going on\n");
        assertThat(atex.call("reap", "--dry-run").expect(0).out()).isEqualTo("run " + id + " is going on\n");
        assertThat(atex.call("reap", "--run", id + "x").expect(2).err()).contains("did you mean '" + id + "'?");
        Files.createFile(ready.resolve("go"));
        first.end().expect(0);
        assertThat(ledgers()).isEmpty();
        assertThat(atex.call("reap").expect(0).out()).isEqualTo("Nothing is left of any run.\n");
    }

    @Test
    void stopEndsARunFromOutside() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out"));
        awaitTest("out");
        assertThat(atex.call("stop", "no-such-run").expect(2).err()).contains("no run 'no-such-run' is going on");
        assertThat(atex.call("stop", "out").expect(0).out()).contains("is ending", "it has ended");
        run.end().expect(143);
        assertThat(ledgers()).isEmpty();
        assertThat(atex.call("stop", "out").expect(2).err()).contains("none is");
    }

    @Test
    void startedWithSigintIgnoredItEndsBySigterm() throws Exception {
        Atex.Call run = atex.startAs(Stream.concat(
                        Stream.of(
                                "sh",
                                "-c",
                                "trap '' INT; exec \"$@\"",
                                "sh",
                                Atex.SOURCES.resolve("atex").toString()),
                        Stream.of(run("stuck", "out")))
                .toList());
        awaitTest("out");
        run.signal("INT");
        run.signal("TERM");
        Atex.Result result = run.end().expect(143);
        assertThat(result.out()).contains("SIGTERM: ending 1 test").doesNotContain("SIGINT");
        assertThat(ledgers()).isEmpty();
    }

    /** As GitHub Actions do: INT, TERM, KILL, with a clean-up that takes longer. */
    @Test
    void whatACancelledJobLeavesIsReapedByItsGuard() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out", "--plan", "/plan"));
        awaitTest("out");
        run.signal("INT");
        awaitTest("finish");
        run.signal("KILL");
        run.end().expect(137);
        Path atexState = state.resolve("atex");
        await(atexState, "the guard", () -> ledgers().isEmpty());
        assertThat(atexState.resolve("reap.log")).content().contains("Freed");
    }

    @Test
    void whereNothingCanBeWrittenDownNothingIsRun() throws Exception {
        Files.writeString(state, "a file");
        Atex.Result result = atex.call(run("quick", "out")).expect(2);
        assertThat(result.err()).contains(state.toString(), "XDG_STATE_HOME");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    /** With a small file system over a directory, in a mount namespace of its own. */
    private Atex.Result onFullDisk(String mountPoint, String size, String[] command)
            throws IOException, InterruptedException {
        assumeTrue(new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0, "mount namespaces need root");
        Files.createDirectories(directory.resolve(mountPoint));
        return atex.startAs(Stream.concat(
                                Stream.of(
                                        "unshare",
                                        "-m",
                                        "sh",
                                        "-c",
                                        "mount -t tmpfs -o " + size + " tmpfs " + mountPoint + " && exec \"$@\"",
                                        "sh",
                                        Atex.SOURCES.resolve("atex").toString()),
                                Stream.of(command))
                        .toList())
                .end();
    }

    @Test
    void aReadOnlyStateDirectoryIsToldBeforeAnythingIsMade() throws Exception {
        Atex.Result result = onFullDisk("state", "ro", run("quick", "out")).expect(2);
        assertThat(result.err()).contains("cannot write down", "Read-only file system", "XDG_STATE_HOME");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void whenTheLedgersDiskIsFullNoMachineIsMade() throws Exception {
        // One block for the directory, none for what would be written.
        Atex.Result result = onFullDisk("state", "size=4k,nr_inodes=10", run("quick", "out"));
        assertThat(result.exitCode()).as(result.out() + result.err()).isIn(2, 3);
        assertThat(result.out() + result.err()).contains("No space left");
    }

    @Test
    void whenTheResultsDiskIsFullTheExitCodeSaysSo() throws Exception {
        Tree.in(directory.resolve("tree")).test("large", "head -c 3000000 /dev/zero | tr '\\0' x");
        Atex.Result result =
                onFullDisk("disk", "size=1m", run("large", "disk/out")).expect(3);
        assertThat(result.out()).contains("No space left");
        assertThat(ledgers()).isEmpty();
    }
}
