package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.internal.files.Trees;
import dev.atex.lease.Lease;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
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

    private void awaitTest(String output) throws IOException, InterruptedException {
        Watch.untilThereIs(ready.resolve(output));
    }

    private List<String> ledgers() throws IOException {
        return new StateDirectory(state.resolve("atex")).runs();
    }

    @Test
    void parallelRunsAndReaperDoNotInterfere() throws Exception {
        Atex.Call first = atex.start(run("slow", "first"));
        awaitTest("first");
        assertThat(ledgers()).hasSize(1);
        String id = ledgers().getFirst();
        atex.call(run("quick", "second")).expect(0);
        assertThat(atex.call("reap").expect(0).out()).isEqualTo("run " + id + " is running\n");
        assertThat(atex.call("reap", "--dry-run").expect(0).out()).isEqualTo("run " + id + " is running\n");
        assertThat(atex.call("reap", "--run", id + "x").expect(2).err()).contains("did you mean '" + id + "'?");
        Files.createFile(ready.resolve("go"));
        first.end().expect(0);
        assertThat(ledgers()).isEmpty();
        assertThat(atex.call("reap").expect(0).out()).isEqualTo("No run has left anything.\n");
    }

    @Test
    void stopEndsRun() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out"));
        awaitTest("out");
        assertThat(atex.call("stop", "no-such-run").expect(2).err()).contains("run 'no-such-run' is not running");
        assertThat(atex.call("stop", "out").expect(0).out()).contains("is ending", "it has ended");
        run.end().expect(143);
        assertThat(ledgers()).isEmpty();
        assertThat(atex.call("stop", "out").expect(2).err()).contains("and no other run is");
    }

    /** The kernel says when a process was started in ticks since the host was; the rest is arithmetic with a clock. */
    @Test
    void stopEndsRunAfterClockChange() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out"));
        awaitTest("out");
        Path ledger = new StateDirectory(state.resolve("atex")).ledger(ledgers().getFirst());
        String first = Files.readAllLines(ledger).getFirst().substring(9);
        Matcher started = Pattern.compile("\"started\":\"([^\"]+)\"").matcher(first);
        assertThat(started.find()).isTrue();
        String moved = first.substring(0, started.start(1))
                + Instant.parse(started.group(1)).plus(Duration.ofHours(1))
                + first.substring(started.end(1));
        CRC32C checksum = new CRC32C();
        checksum.update(moved.getBytes(StandardCharsets.UTF_8));
        assertThat(moved).hasSameSizeAs(first);
        try (RandomAccessFile file = new RandomAccessFile(ledger.toFile(), "rw")) {
            file.write("%08x %s\n".formatted(checksum.getValue(), moved).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(atex.call("stop", "out").expect(0).out()).contains("it has ended");
        run.end().expect(143);
    }

    /** What an earlier run left: a directory, as it makes one for temporary files. */
    private Path left(String run, Duration ago) throws Exception {
        RunOwner owner = new RunOwner(run, 1, Instant.now().minus(ago), directory);
        try (Ledger ledger = Ledger.create(new StateDirectory(state.resolve("atex")), owner)) {
            Map<String, String> locator = DirectoryReclaimer.locator(directory);
            Lease lease = ledger.intend(DirectoryReclaimer.KIND, locator);
            return DirectoryReclaimer.create(locator, lease.id());
        }
    }

    @Test
    void reapDryRunAndOlderThanFreeNothing() throws Exception {
        Path old = left("old", Duration.ofHours(25));
        Path young = left("young", Duration.ofHours(23));
        assertThat(atex.call("reap", "--dry-run").expect(0).out().lines())
                .containsExactlyInAnyOrder(
                        "there is directory old-1: directory " + old, "there is directory young-1: directory " + young);
        assertThat(old).exists();
        assertThat(atex.call("reap", "--older-than", "1d", "--dry-run")
                        .expect(0)
                        .out())
                .isEqualTo("there is directory old-1: directory " + old + "\n");
        assertThat(atex.call("reap", "--older-than", "1d").expect(0).out())
                .isEqualTo("freed directory old-1: directory " + old + "\n");
        assertThat(old).doesNotExist();
        assertThat(young).exists();
        assertThat(ledgers()).containsExactly("young");
        assertThat(atex.call("reap", "--older-than", "1d").expect(0).out())
                .isEqualTo("No run that old has left anything.\n");
    }

    @Test
    void nextRunFreesLeasesOfRunKilledWithGuard() throws Exception {
        Atex.Call killed = atex.with(Map.of("XDG_STATE_HOME", state.toString(), "ATEX_NO_GUARD", "1"))
                .start(run("stuck", "killed"));
        awaitTest("killed");
        killed.signal("KILL");
        killed.end().expect(137);
        assertThat(ledgers()).hasSize(1);
        Atex.Call next = atex.start(run("slow", "next"));
        awaitTest("next");
        Watch.until(
                state.resolve("atex"),
                "the earlier run to be reaped",
                () -> ledgers().size() == 1);
        Files.createFile(ready.resolve("go"));
        assertThat(next.end().expect(0).out())
                .contains("left by an earlier run: freed local ")
                .doesNotContain("could not be freed before this run ended");
        assertThat(ProcessTable.marked("NAME=killed")).isEmpty();
        assertThat(ledgers()).isEmpty();
    }

    @Test
    void leasesNotFreedDuringRunAreReported() throws Exception {
        Path engine = Files.writeString(
                directory.resolve("engine"),
                "#!/bin/sh\necho > $READY/asked\nwhile [ -e $READY ]; do sleep 0.1; done\n");
        Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwx------"));
        RunOwner owner = new RunOwner("hangs", 1, Instant.now(), directory);
        try (Ledger ledger = Ledger.create(new StateDirectory(state.resolve("atex")), owner)) {
            ledger.intend("podman", Map.of("program", engine.toString()));
        }
        Path other = left("other", Duration.ZERO);
        Atex.Call run = atex.with(Map.of("XDG_STATE_HOME", state.toString(), "READY", ready.toString()))
                .start(run("slow", "out"));
        awaitTest("asked");
        Watch.until(directory, "the other one to be freed", () -> !Files.exists(other));
        Files.createFile(ready.resolve("go"));
        assertThat(run.end().expect(0).out())
                .contains(
                        "left by an earlier run: freed directory other-1",
                        "some resources left by earlier runs could not be freed before this run ended; run 'atex reap'");
        assertThat(ledgers()).containsExactly("hangs");
    }

    /** An engine that hangs until there is a file, and then knows no containers. */
    private Atex withEngine(String run, String script) throws Exception {
        Path engine = Files.writeString(directory.resolve("engine"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwx------"));
        RunOwner owner = new RunOwner(run, 1, Instant.now(), directory);
        try (Ledger ledger = Ledger.create(new StateDirectory(state.resolve("atex")), owner)) {
            ledger.intend("podman", Map.of("program", engine.toString())).have(Map.of("container", "x"));
        }
        return atex.with(Map.of("XDG_STATE_HOME", state.toString(), "READY", ready.toString()));
    }

    @Test
    void reapWaitsForActiveReaper() throws Exception {
        Atex slow = withEngine("slow", "echo > $READY/asked\nuntil [ -e $READY/go ]; do sleep 0.1; done\n");
        Atex.Call reaper = slow.start("reap");
        awaitTest("asked");
        assertThat(slow.call("reap").expect(0).out())
                .isEqualTo("run slow has ended, and what it left is being freed by another process\n");
        assertThat(slow.call("reap", "--wait", "--for", "1s").expect(3).out())
                .contains("not everything is freed yet (1)");
        assertThat(slow.call("runs").expect(0).err()).isEmpty();
        Atex.Call waiting = slow.start("reap", "--wait");
        Files.createFile(ready.resolve("go"));
        reaper.end().expect(0);
        waiting.end().expect(0);
        assertThat(ledgers()).isEmpty();
    }

    @Test
    void leaseOfUnavailableServiceIsFreedLater() throws Exception {
        Atex down = withEngine("down", "echo > $READY/asked; [ -e $READY/go ] || { echo down >&2; exit 125; }\n");
        assertThat(down.call("reap").expect(3).out()).contains("may still be there", "down");
        Files.delete(ready.resolve("asked"));
        Atex.Call waiting = down.start("reap", "--run", "down", "--wait", "--for", "2m");
        awaitTest("asked");
        Files.createFile(ready.resolve("go"));
        assertThat(waiting.end().expect(0).out()).contains("podman down-1 is gone");
        assertThat(ledgers()).isEmpty();
        assertThat(down.call("reap", "--wait").expect(0).out()).isEqualTo("No run has left anything.\n");
        assertThat(down.call("reap", "--for", "2h").expect(2).err()).contains("--for 2h", "--wait");
        assertThat(down.call("reap", "--wait", "--dry-run").expect(2).err()).contains("--dry-run");
    }

    /** Waiting does not change what is damaged. */
    @Test
    void damagedLedgerIsReportedAtOnce() throws Exception {
        Path left = left("damaged", Duration.ZERO);
        Path ledger = new StateDirectory(state.resolve("atex")).ledger("damaged");
        byte[] bytes = Files.readAllBytes(ledger);
        bytes[bytes.length - 3] ^= 1;
        Files.write(ledger, bytes);
        assertThat(atex.with(Map.of("XDG_STATE_HOME", state.toString(), "TMPDIR", directory.toString()))
                        .call("reap", "--wait")
                        .expect(3)
                        .out())
                .contains("line 2 of " + ledger + " is damaged", "freed directory damaged-1: directory " + left);
        assertThat(left).doesNotExist();
        assertThat(ledger).exists();
    }

    @Test
    void removingLockFileEndsNoRun() throws Exception {
        Atex.Call run = atex.start(run("slow", "out"));
        awaitTest("out");
        String id = ledgers().getFirst();
        Files.delete(state.resolve("atex/locks"));
        assertThat(atex.call("reap").expect(0).out())
                .matches("run " + id
                        + " is running \\(process [0-9]+\\), although the file of locks was removed or replaced\n");
        atex.call(run("quick", "other")).expect(0);
        assertThat(ledgers()).containsExactly(id);
        Files.createFile(ready.resolve("go"));
        run.end().expect(0);
        assertThat(ledgers()).isEmpty();
    }

    /** As builds do, of which the third removes what a run was started from. */
    @Test
    void guardFreesLeasesAfterProgramWasDeleted() throws Exception {
        Path built = directory.resolve("built");
        Files.createDirectory(built);
        try (Stream<Path> jars = Files.list(Atex.SOURCES.resolve("cli/target/atex/lib"))) {
            for (Path jar : jars.toList()) {
                Files.copy(jar, built.resolve(jar.getFileName()));
            }
        }
        Atex.Call run = atex.startAs(Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-cp",
                                built + "/*",
                                "dev.atex.cli.Main"),
                        Stream.of(run("stuck", "out")))
                .toList());
        awaitTest("out");
        Trees.delete(built);
        run.signal("KILL");
        run.end().expect(137);
        Watch.until(state.resolve("atex"), "the guard", () -> ledgers().isEmpty());
        assertThat(ProcessTable.marked("NAME=out")).isEmpty();
    }

    @Test
    void brokenGuardPreventsAcquisition() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path setsid = Files.writeString(
                programs.resolve("setsid"),
                "#!/bin/sh\ncase $* in *atex-guard*) echo no; exit ;; esac\nPATH=${PATH#*:} exec setsid \"$@\"\n");
        Files.setPosixFilePermissions(setsid, PosixFilePermissions.fromString("rwxr-xr-x"));
        Atex.Result result = atex.with(
                        Map.of("XDG_STATE_HOME", state.toString(), "PATH", programs + ":" + System.getenv("PATH")))
                .call(run("slow", "out"))
                .expect(2);
        assertThat(result.err()).contains("the guard of the run does not work: no");
        assertThat(ready).isEmptyDirectory();
        assertThat(ledgers()).isEmpty();
    }

    /** The guard, which is in another directory, frees it nevertheless. */
    @Test
    void relativeTmpdirIsCleanedAfterKill() throws Exception {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Atex.Call run = atex.with(Map.of("XDG_STATE_HOME", state.toString(), "TMPDIR", "tmp"))
                .start(run("stuck", "out"));
        awaitTest("out");
        assertThat(temporary).isNotEmptyDirectory();
        run.signal("KILL");
        run.end().expect(137);
        Watch.until(state.resolve("atex"), "the guard", () -> ledgers().isEmpty());
        assertThat(temporary).isEmptyDirectory();
        assertThat(ProcessTable.marked("NAME=out")).isEmpty();
    }

    @Test
    void runWithIgnoredSigintEndsOnSigterm() throws Exception {
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

    /** As GitHub Actions do, however far the run has come by then. */
    @Test
    void canceledCiJobLeavesNothing() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out", "--plan", "/plan"));
        awaitTest("out");
        run.signal("INT");
        awaitTest("finish");
        run.signal("TERM");
        boolean _ = run.signalIfRunning("KILL");
        assertThat(run.end().exitCode()).isIn(130, 137);
        Watch.until(state.resolve("atex"), "the guard", () -> ledgers().isEmpty());
    }

    /** With a clean-up that takes longer than a CI system waits. */
    @Test
    void guardReapsCanceledCiJob() throws Exception {
        Atex.Call run = atex.start(run("stuck", "out", "--plan", "/plan"));
        awaitTest("out");
        run.signal("INT");
        awaitTest("finish");
        run.signal("KILL");
        run.end().expect(137);
        Path atexState = state.resolve("atex");
        Watch.until(atexState, "the guard", () -> ledgers().isEmpty());
        assertThat(atexState.resolve("reap.log")).content().contains("Freed");
    }

    @Test
    void unwritableStateDirectoryRunsNothing() throws Exception {
        Files.writeString(state, "a file");
        Atex.Result result = atex.call(run("quick", "out")).expect(2);
        assertThat(result.err()).contains(state.toString(), "XDG_STATE_HOME");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    /** With a small file system over a directory, in a mount namespace of its own. */
    private Atex.Result onFullDisk(String mountPoint, String size, int filled, String[] command)
            throws IOException, InterruptedException {
        assumeTrue(new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0, "mount namespaces need root");
        Files.createDirectories(directory.resolve(mountPoint));
        return atex.startAs(Stream.concat(
                                Stream.of(
                                        "unshare",
                                        "-m",
                                        "sh",
                                        "-c",
                                        "mount -t tmpfs -o " + size + " tmpfs " + mountPoint
                                                + " && { head -c " + filled + " /dev/zero > " + mountPoint
                                                + "/filled; exec \"$@\"; }",
                                        "sh",
                                        Atex.SOURCES.resolve("atex").toString()),
                                Stream.of(command))
                        .toList())
                .end();
    }

    @Test
    void readOnlyStateDirectoryIsReportedFirst() throws Exception {
        Atex.Result result = onFullDisk("state", "ro", 0, run("quick", "out")).expect(2);
        assertThat(result.err()).contains("cannot write down", "Read-only file system", "XDG_STATE_HOME");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void fullLedgerDiskCreatesNoMachine() throws Exception {
        Atex.Result result = onFullDisk("state", "size=4k", 4096, run("quick", "out"));
        assertThat(result.exitCode()).as(result.out() + result.err()).isIn(2, 3);
        assertThat(result.out() + result.err()).contains("No space left");
    }

    @Test
    void fullResultsDiskSetsExitCode() throws Exception {
        Tree.in(directory.resolve("tree")).test("large", "head -c 3000000 /dev/zero | tr '\\0' x");
        Atex.Result result =
                onFullDisk("disk", "size=1m", 0, run("large", "disk/out")).expect(3);
        assertThat(result.out()).contains("infra /large");
        assertThat(ledgers()).isEmpty();
    }
}
