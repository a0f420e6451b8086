package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.libvirt.storage.Image;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that a machine of a real libvirt needs is killed: its run at each point, its client, QEMU, the daemon, and all of
 * them at once. Nothing is left after reaping, and domains and volumes of others are there.
 */
@Tag("slow")
@Timeout(600)
class KilledMachineTest {
    private static final String FOREIGN = "atex-somebody-elses";
    private static final String FOREIGN_VOLUME = "atex-somebody-elses.qcow2";
    private static final int LANES = 4;

    private static OwnSession session;

    @TempDir
    private Path directory;

    @BeforeAll
    static void up() throws Exception {
        session = OwnSession.start();
        session.startForeign(FOREIGN);
        session.pool().createEmpty(FOREIGN_VOLUME, soon());
    }

    @AfterAll
    static void down() throws Exception {
        if (session != null) {
            session.close();
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(session.domains()).isSubsetOf(FOREIGN);
        assertThat(session.volumes()).containsExactlyInAnyOrder(FOREIGN_VOLUME, OwnSession.IMAGE);
        assertThat(session.logsAndVariables()).isSubsetOf(FOREIGN + ".log");
        await(() -> session.machines("").size() <= session.domains().size());
        await(() -> StandInVirsh.processes(session.directory().resolve("virsh").getParent()).stream()
                .noneMatch(process -> process.info().commandLine().orElse("").contains("; domuuid atex-")));
        try (Stream<Path> runs = Files.list(directory)) {
            for (Path run : runs.toList()) {
                assertThat(run.resolve("state").toFile().list()).isSubsetOf("locks", "reap.log");
                try (Stream<Path> files = Files.list(run.resolve("tmp"))) {
                    assertThat(files.filter(
                                    file -> file.getFileName().toString().startsWith("atex-")))
                            .isEmpty();
                }
            }
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        Deadline deadline = soon();
        while (!condition.call()) {
            assertThat(deadline.isExpired()).isFalse();
            Thread.sleep(50);
        }
    }

    private Path state(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name).resolve("state"));
    }

    private static List<Reaped> reap(Path state) throws Exception {
        List<Reaped> found = new ArrayList<>();
        new Reaper(new StateDirectory(state), List.of(new VirtReclaimer(), new DirectoryReclaimer()), Clock.systemUTC())
                .reap(Reaper.Request.all(), found::add);
        assertThat(found).noneMatch(each -> each instanceof Reaped.Left);
        return found;
    }

    /** Starts a run and waits until its machine is booting, which it never ends. Returns the name of its domain. */
    private String machine() throws Exception {
        List<String> domain = new ArrayList<>();
        await(() -> {
            session.domains().stream().filter(name -> !name.equals(FOREIGN)).forEach(domain::add);
            return !domain.isEmpty();
        });
        await(() -> !Anchor.processes(domain.getFirst()).isEmpty()
                && session.call("domstate", domain.getFirst()).equals("paused"));
        return domain.getFirst();
    }

    private void assertEndsByItself(Path state, Process run, String reason) throws Exception {
        assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(state.resolveSibling("output")).content().contains(reason);
        assertThat(run.exitValue()).isZero();
    }

    @Test
    void crashAtAnyPointLeavesNothing() throws Exception {
        Path recorded = state("recorded");
        Path points = directory.resolve("recorded/points");
        Process whole = RunProcess.start(recorded, List.of("-Datex.crash.record=" + points), session.spec("100ms"));
        assertThat(whole.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(recorded.resolveSibling("output")).content().contains("did not answer within");
        assertThat(whole.exitValue()).isZero();
        List<String> names = Files.readAllLines(points);
        List<Integer> chosen = IntStream.rangeClosed(1, names.size())
                .filter(at -> names.get(at - 1).matches("virt .*|.* virsh (vol-create|destroy|vol-delete)"))
                .boxed()
                .toList();
        List<Future<Integer>> ends = new ArrayList<>();
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            for (int at : chosen) {
                ends.add(lanes.submit(() -> {
                    Path state = state("crash" + at);
                    Process run = RunProcess.start(state, List.of("-Datex.crash.at=" + at), session.spec("100ms"));
                    assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
                    reap(state);
                    return run.exitValue();
                }));
            }
        }
        int crashes = 0;
        for (Future<Integer> end : ends) {
            crashes += end.get() == CrashPoints.STATUS ? 1 : 0;
        }
        System.out.printf("%d of %d crashes with libvirt, nothing left%n", crashes, chosen.size());
        assertThat(crashes).isGreaterThan(chosen.size() * 3 / 4);
        assertThat(session.domains()).contains(FOREIGN);
    }

    @Test
    void killedRunEndsItsDomain() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        run.destroyForcibly().waitFor();
        await(() -> !session.domains().contains(domain));
        assertThat(session.volumes()).contains(domain + ".qcow2");
        assertThat(reap(state)).anyMatch(each -> each instanceof Reaped.Freed);
    }

    @Test
    void killedClientEndsTheMachineAndItsRunRemovesIt() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        OwnSession.kill(Anchor.processes(domain));
        assertEndsByItself(state, run, "while it booted, its connection to libvirt ended");
    }

    @Test
    void killedQemuIsALossAndItsRunRemovesTheRest() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        OwnSession.kill(session.machines(machine()));
        assertEndsByItself(state, run, "while it booted, it stopped");
    }

    @Test
    void killedDaemonIsALossAndItsSuccessorDestroysTheDomain() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        OwnSession.kill(List.of(session.daemon().orElseThrow()));
        assertEndsByItself(state, run, "while it booted, its connection to libvirt ended");
        assertThat(session.machines(domain)).isEmpty();
    }

    /** The new daemon does not know that the domain was to end with its client. */
    @Test
    void domainOfKilledRunAndDaemonIsReaped() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        OwnSession.kill(List.of(session.daemon().orElseThrow()));
        run.destroyForcibly().waitFor();
        assertThat(reap(state)).anyMatch(each -> each instanceof Reaped.Freed);
        assertThat(session.machines(domain)).isEmpty();
    }

    /** As after a power cut, but the host is up: overlays stay, and a second one of the same name is refused. */
    @Test
    void everythingKilledAtOnceIsReaped() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        List<ProcessHandle> all = new ArrayList<>(List.of(run.toHandle()));
        all.addAll(Anchor.processes(domain));
        all.addAll(session.machines(domain));
        all.add(session.daemon().orElseThrow());
        OwnSession.kill(all);
        assertThat(session.volumes()).contains(domain + ".qcow2", domain + ".console");
        Host host = Host.find(VirtSettings.of(ProvisionerSpec.parse(session.spec("1s"))), soon());
        Image image = host.images().getFirst();
        assertThatThrownBy(() -> host.pool().createOverlay(domain + ".qcow2", image, 0, soon()))
                .isInstanceOfSatisfying(
                        VirshException.class, e -> assertThat(e.failure()).isEqualTo(VirshException.Failure.EXISTS));
        assertThat(reap(state)).anyMatch(each -> each instanceof Reaped.Freed);
    }

    @Test
    void expiredMachineOfADeadRunIsRemovedByAnotherRun() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m") + ",anchor=false,lifetime=1h");
        List<String> domain = new ArrayList<>();
        await(() -> {
            session.domains().stream().filter(name -> !name.equals(FOREIGN)).forEach(domain::add);
            return !domain.isEmpty();
        });
        String name = domain.getFirst();
        await(() -> session.call("domstate", name).equals("running"));
        run.destroyForcibly().waitFor();
        Mark mark = Mark.in(session.call("metadata", name, Mark.NAMESPACE)).orElseThrow();
        assertThat(mark.expires()).isAfter(Instant.now());
        ExpiredMachines.remove(session.pool(), mark.expires().minusSeconds(1), soon());
        assertThat(session.domains()).contains(name);
        ExpiredMachines.remove(session.pool(), mark.expires().plusSeconds(1), soon());
        assertThat(session.domains()).doesNotContain(name).contains(FOREIGN);
        assertThat(session.volumes()).containsExactlyInAnyOrder(FOREIGN_VOLUME, OwnSession.IMAGE);
        assertThat(reap(state))
                .noneMatch(each ->
                        each instanceof Reaped.Freed freed && freed.what().contains("domain"));
    }

    @Test
    void expiredMachineOfALiveRunIsKept() throws Exception {
        Path state = state("run");
        Process run = RunProcess.start(state, List.of(), session.spec("10m"));
        String domain = machine();
        ExpiredMachines.remove(session.pool(), Instant.now().plus(Duration.ofDays(100)), soon());
        assertThat(session.domains()).contains(domain, FOREIGN);
        run.destroyForcibly().waitFor();
        reap(state);
    }
}
