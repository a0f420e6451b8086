package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run is halted before and after each call of virsh and each write to its ledger, and so is the reaping after it. Nothing
 * is left, and nothing of others is touched. {@code -Datex.crash.all=true} halts at all points with all faults; without it, every
 * fault has its share of them.
 */
@Tag("slow")
@Timeout(900)
class VirshCrashTest {
    private static final boolean ALL = Boolean.getBoolean("atex.crash.all");
    private static final int LANES = 4;
    private static final int REAPING_POINTS = 16;
    /** Longer than what the stand-in does late. */
    private static final Duration LATE = Duration.ofSeconds(1);

    private static final String ALIVE = "alive";
    private static final String FOREIGN_DOMAIN = Mark.uuid("foreign").toString();
    private static final String FOREIGN_VOLUME = "atex-somebody-elses.qcow2";

    /** The faults of each command, for the run and for the reaping. */
    private static final List<Map<String, String>> FAULTS = List.of(
            Map.of(),
            Map.of("create", "late", "destroy", "lost", "vol-delete", "lost"),
            Map.of("create", "lost", "destroy", "fail", "vol-delete", "fail"),
            Map.of("create", "fail", "vol-delete", "late"),
            Map.of("create", "slow", "destroy", "late", "vol-create", "slow"),
            Map.of("vol-create", "late"),
            Map.of("vol-create", "lost", "vol-delete", "slow"));

    @TempDir
    private Path directory;

    /** One host with its runs. */
    private final class Case {
        private final Path where;
        private final StandInVirsh host;
        private final Path state;
        private final Map<String, String> faults;

        Case(String name, Map<String, String> faults) throws IOException {
            this.where = Files.createDirectories(directory.resolve(name));
            this.host = StandInVirsh.in(where);
            this.state = Files.createDirectory(where.resolve("state"));
            this.faults = faults;
            host.foreign("domains", FOREIGN_DOMAIN, "<machine lease='x' run='y' owner='z'/>");
            host.foreign("pool", FOREIGN_VOLUME, "");
        }

        private int call(List<String> properties, String... spec) throws Exception {
            host.works();
            for (Map.Entry<String, String> fault : faults.entrySet()) {
                host.fault(fault.getKey(), fault.getValue());
            }
            Process process = RunProcess.start(state, properties, spec);
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as(where.toString())
                    .isTrue();
            return process.exitValue();
        }

        List<String> record() throws Exception {
            Path points = where.resolve("points");
            int status = call(List.of("-Datex.crash.record=" + points), host.spec());
            assertThat(status).as(faults + output()).isIn(0, RunProcess.LEFT);
            reap();
            assertNothingIsLeft(faults + ", undisturbed");
            return Files.readAllLines(points);
        }

        /** Returns whether the point was reached: threads may meet in another order. */
        boolean crash(int at, String point) throws Exception {
            String told = faults + ", point " + at + ": " + point;
            try (Ledger alive = Ledger.create(new StateDirectory(state), RunOwner.current(ALIVE, state))) {
                Lease lease = live(alive);
                int status = call(List.of("-Datex.crash.at=" + at), host.spec());
                if (ALL || at % 3 == 0) {
                    int _ = call(List.of("-Datex.crash.at=" + (1 + at % REAPING_POINTS)));
                }
                reap();
                assertThat(host.domains())
                        .as(told)
                        .contains(Mark.uuid(lease.id()).toString());
                assertThat(host.volumes()).as(told).contains(Mark.name(lease.id()) + ".qcow2");
                Files.delete(
                        where.resolve("domains").resolve(Mark.uuid(lease.id()).toString()));
                Files.delete(where.resolve("pool").resolve(Mark.name(lease.id()) + ".qcow2"));
                lease.gone();
                assertNothingIsLeft(told);
                return status == CrashPoints.STATUS;
            }
        }

        /** Returns the lease of a run that is alive, with a domain and a volume. */
        private Lease live(Ledger alive) throws Exception {
            Host found = Host.find(
                    VirtSettings.of(ProvisionerSpec.parse(host.spec())), Deadline.after(Duration.ofMinutes(1)));
            Lease lease = alive.intend(VirtReclaimer.KIND, LeasedMachine.locator(found.pool(), 1, false));
            host.foreign(
                    "domains", Mark.uuid(lease.id()).toString(), "<machine lease='" + lease.id() + "' run='alive'/>");
            host.foreign("pool", Mark.name(lease.id()) + ".qcow2", "");
            return lease;
        }

        private void reap() throws Exception {
            List<Reaped> found = new ArrayList<>();
            new Reaper(
                            new StateDirectory(state),
                            List.of(new Hasty(new VirtReclaimer()), new DirectoryReclaimer()),
                            Clock.systemUTC())
                    .reap(Reaper.Request.all(), found::add);
            assertThat(found).as(faults.toString()).noneMatch(each -> each instanceof Reaped.Left);
        }

        private void assertNothingIsLeft(String told) throws Exception {
            host.settle();
            String as = told + "\n" + output();
            assertThat(host.domains()).as(as).containsExactly(FOREIGN_DOMAIN);
            assertThat(host.volumes()).as(as).containsExactlyInAnyOrder(FOREIGN_VOLUME, StandInVirsh.IMAGE);
            assertThat(state.toFile().list()).as(as).isSubsetOf("locks", "reap.log", ALIVE + ".ledger");
            try (Stream<Path> files = Files.list(where.resolve("tmp"))) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("atex-")))
                        .as(as)
                        .isEmpty();
            }
            Deadline deadline = Deadline.after(Duration.ofSeconds(20)); // the shell of an anchor ends by itself
            while (!host.processes().isEmpty() && !deadline.isExpired()) {
                Thread.sleep(20);
            }
            assertThat(host.processes()).as(as).isEmpty();
        }

        private String output() throws IOException {
            return Files.readString(where.resolve("output"));
        }
    }

    /** Waits shorter for what the daemon may do late. */
    private record Hasty(Reclaimer whole) implements Reclaimer {
        @Override
        public String kind() {
            return whole.kind();
        }

        @Override
        public Duration longestCreate(LeaseRecord lease) {
            return whole.longestCreate(lease).isZero() ? Duration.ZERO : LATE;
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
            return whole.find(lease, deadline);
        }

        @Override
        public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
            whole.release(lease, deadline);
        }
    }

    @Test
    void crashAtAnyPointLeavesNothing() throws Exception {
        List<Future<Boolean>> crashes = new ArrayList<>();
        List<String> first = new ArrayList<>();
        try (ExecutorService lanes = Executors.newFixedThreadPool(LANES)) {
            List<Future<List<String>>> recorded = new ArrayList<>();
            for (int i = 0; i < FAULTS.size(); i++) {
                int row = i;
                recorded.add(lanes.submit(() -> new Case("recorded" + row, FAULTS.get(row)).record()));
            }
            for (int row = 0; row < FAULTS.size(); row++) {
                List<String> points = recorded.get(row).get();
                first.addAll(row == 0 ? points : List.of());
                for (int at = 1; at <= points.size(); at++) {
                    if (ALL || row == 0 || at % (2 * FAULTS.size()) == 2 * row) {
                        int point = at;
                        Map<String, String> faults = FAULTS.get(row);
                        String name = "case" + row + "-" + at;
                        crashes.add(lanes.submit(() -> new Case(name, faults).crash(point, points.get(point - 1))));
                    }
                }
            }
        }
        assertThat(first)
                .contains(
                        "before virsh vol-create",
                        "after virsh vol-create",
                        "virt before create",
                        "virt while created",
                        "virt after create",
                        "virt after have",
                        "before virsh destroy",
                        "after virsh destroy",
                        "before virsh vol-delete",
                        "after virsh vol-delete");
        int reached = 0;
        for (Future<Boolean> crash : crashes) {
            reached += crash.get() ? 1 : 0;
        }
        System.out.printf("%d of %d crashes with a stand-in for virsh, nothing left%n", reached, crashes.size());
        assertThat(reached).isGreaterThan(crashes.size() * 3 / 4);
    }

    /** A client that does not end is killed at the deadline. */
    @Test
    void callThatHangsIsKilledAndReaped() throws Exception {
        for (String command : List.of("vol-create", "create", "destroy", "vol-delete")) {
            Case each = new Case("hang-" + command, Map.of(command, "hang"));
            Process process;
            each.host.fault(command, "hang");
            process = RunProcess.start(each.state, List.of(), each.host.spec());
            Deadline deadline = Deadline.after(Duration.ofMinutes(1));
            while (Files.exists(each.where.resolve("faults").resolve(command)) && !deadline.isExpired()) {
                Thread.sleep(20);
            }
            process.destroyForcibly().waitFor();
            each.reap();
            each.host.processes().stream() // of a call, which nobody waits for any more
                    .filter(call -> call.info().command().orElse("").endsWith("sleep"))
                    .forEach(ProcessHandle::destroyForcibly);
            each.assertNothingIsLeft("hanging " + command);
        }
    }
}
