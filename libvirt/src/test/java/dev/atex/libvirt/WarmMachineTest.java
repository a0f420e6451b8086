package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Machines that are restored from a saved state. The first test saves it, and the others use it. */
@Tag("slow")
@Timeout(600)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(MachinesAlone.class)
class WarmMachineTest {
    @TempDir
    private Path directory;

    private final Leases leases = new Leases();
    private final List<String> notices = new CopyOnWriteArrayList<>();

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    private static String spec() {
        return Testbed.provision() + ",warm=true,max=2";
    }

    private ProvisionerContext context() {
        return new ProvisionerContext("run-of-test", leases, notices::add, Optional.of(directory.resolve("records")));
    }

    private Provisioner started(String spec) throws Exception {
        Provisioner provisioner = new VirtProvisionerFactory().create(ProvisionerSpec.parse(spec), context());
        provisioner.start();
        return provisioner;
    }

    private static String output(Connection machine, String script) throws Exception {
        return machine.run(Command.of("sh", "-c", script), soon()).stdoutText().strip();
    }

    /** Returns the files with saved states. */
    static List<Path> states() throws Exception {
        Path pool = Path.of(Testbed.call("vol-path", "--pool", Testbed.pool(), "tiny.raw"))
                .getParent();
        try (Stream<Path> files = Files.list(pool)) {
            return files.filter(file -> file.getFileName().toString().startsWith(SavedStates.PREFIX))
                    .toList();
        }
    }

    static void removeStates() throws Exception {
        for (Path each : states()) {
            Files.delete(each);
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(leases.states()).allMatch(LeaseState.GONE::equals);
        List<String> all = Testbed.machines();
        for (LeaseRecord lease : leases.machines()) {
            assertThat(all).noneMatch(name -> name.startsWith("atex-" + lease.id()));
        }
    }

    @AfterAll
    static void removeState() throws Exception {
        removeStates();
    }

    @Test
    @Order(1)
    void runsThatSaveStateTogetherRestoreTheSame() throws Exception {
        removeStates();
        try (Provisioner one = started(spec());
                Provisioner other = started(spec())) {
            one.provision(1);
            other.provision(1);
            Remote first = one.remote(soon()).orElseThrow();
            Remote second = other.remote(soon()).orElseThrow();
            assertThat(states()).hasSize(1);
            assertThat(notices).isEmpty();
            assertThat(first.servesOneTest()).isFalse();

            String boot = output(first, "cat /proc/sys/kernel/random/boot_id");
            assertThat(Testbed.call("dumpxml", "atex-" + leases.machine().id())).contains("-loadvm");
            String random = "head -c 16 /dev/urandom | od -An -tx1";
            assertThat(output(first, random)).isNotEqualTo(output(second, random));
            output(first, "echo used > /root/file; sync");
            assertThat(output(second, "ls /root/file 2>&1")).contains("No such file");
            second.release(soon());

            reboot(first, boot);
            assertThat(output(first, "cat /root/file")).isEqualTo("used");
        }
        assertThat(leases.machines()).hasSize(4);
    }

    private static void reboot(Remote machine, String bootId) throws Exception {
        assertThatThrownBy(() -> {
                    output(machine, "echo b > /proc/sysrq-trigger; sleep 100");
                    throw new ConnectionException("ended");
                })
                .isInstanceOf(ConnectionException.class);
        machine.disconnect();
        String now = bootId;
        for (Deadline deadline = soon(); now.equals(bootId) && !deadline.isExpired(); ) {
            try {
                machine.connect(deadline.orAfter(Duration.ofSeconds(20)));
                now = output(machine, "cat /proc/sys/kernel/random/boot_id");
            } catch (ConnectionException e) {
                Thread.sleep(500);
            }
        }
        assertThat(now).isNotEqualTo(bootId).isNotEmpty();
    }

    @Test
    @Order(2)
    void stateOfAnotherRunIsRestored() throws Exception {
        assertThat(states()).hasSize(1);
        try (Provisioner provisioner = started(spec() + ",reset=snapshot")) {
            provisioner.provision(1);
            Remote machine = provisioner.remote(soon()).orElseThrow();
            assertThat(machine.servesOneTest()).isTrue();
            assertThat(output(machine, "ls /root/file 2>&1")).contains("No such file");
            output(machine, "date -s 2001-01-01");
            Restored.adjust(machine, soon());
            assertThat(Instant.ofEpochSecond(Long.parseLong(output(machine, "date +%s"))))
                    .isCloseTo(Instant.now(), within(2, ChronoUnit.MINUTES));
        }
        assertThat(leases.machines()).hasSize(1);
        assertThat(notices).isEmpty();
    }

    @Test
    @Order(3)
    void otherMemoryNeedsAnotherState() throws Exception {
        Deadline deadline = soon();
        Host host = Host.find(VirtSettings.of(ProvisionerSpec.parse(spec())), deadline);
        Host other = Host.find(VirtSettings.of(ProvisionerSpec.parse(spec() + ",memory=300")), deadline);
        assertThat(host.fingerprint(Optional.empty(), 0, deadline))
                .isEqualTo(host.fingerprint(Optional.empty(), 0, deadline))
                .isNotEqualTo(host.fingerprint(Optional.empty(), 1, deadline))
                .isNotEqualTo(host.fingerprint(Optional.of("key"), 0, deadline))
                .isNotEqualTo(other.fingerprint(Optional.empty(), 0, deadline));
    }

    @Test
    @Order(4)
    void severalDisksCannotBeRestored() throws Exception {
        Path xml = directory.resolve("two.xml");
        Files.writeString(
                xml,
                Files.readString(Testbed.xml())
                        .replace(
                                "<controller",
                                "<disk type='volume' device='disk'><source pool='" + Testbed.pool()
                                        + "' volume='tiny.raw'/><target dev='vdb' bus='virtio'/></disk><controller"));
        VirtMachines machines = new VirtMachines(
                VirtSettings.of(
                        ProvisionerSpec.parse(spec().replace(Testbed.xml().toString(), xml.toString()))),
                context());
        machines.start();
        try {
            assertThat(machines.states().get()).isEmpty();
            assertThat(machines.states().get()).isEmpty();
        } finally {
            machines.stop();
        }
        assertThat(notices)
                .containsExactly("virt: machines boot from now on, as they cannot be restored (warm=true):"
                        + " machines with several disks have no common state");
    }

    @Test
    @Order(5)
    void abortWhileStateIsSavedLeavesNothing() throws Exception {
        VirtMachines machines =
                new VirtMachines(VirtSettings.of(ProvisionerSpec.parse(spec() + ",memory=272")), context());
        machines.start();
        int before = states().size();
        VirtReservation machine = VirtReservation.usual(machines, "virt-1");
        Thread reserving = Thread.ofPlatform().start(() -> {
            try {
                machine.reserve();
            } catch (ProvisionException | InterruptedException e) {
                // aborted
            }
        });
        while (leases.machines().isEmpty()
                || Testbed.machines().stream()
                        .noneMatch(
                                name -> name.equals("atex-" + leases.machine().id()))) {
            Thread.sleep(100);
        }
        machine.abort(soon());
        reserving.join();
        machines.stop();
        assertThat(leases.machines()).hasSize(1);
        assertThat(states()).hasSize(before);
    }

    @Test
    @Order(6)
    void machineBootsIfStateIsSpoiled() throws Exception {
        Path state = states().getFirst();
        spoil(state);
        try (Provisioner provisioner = started(spec())) {
            provisioner.provision(1);
            Remote machine = provisioner.remote(soon()).orElseThrow();
            assertThat(output(machine, "echo hello")).isEqualTo("hello");
        }
        assertThat(leases.machines()).hasSize(1);
        assertThat(notices).hasSize(1);
        assertThat(notices.getFirst())
                .startsWith("virt: machines boot from now on, as they cannot be restored (warm=true): ")
                .endsWith("If this goes on, remove " + state);
    }

    /** Replaces a state by a disk without a snapshot. */
    private static void spoil(Path state) throws Exception {
        Deadline deadline = soon();
        Host host = Host.find(VirtSettings.of(ProvisionerSpec.parse(spec())), deadline);
        String volume = "atex-test-spoiled.qcow2";
        host.pool().createOverlay(volume, host.images().getFirst(), 0, deadline);
        Path other = Path.of(host.pool().path(volume));
        Files.delete(state);
        Files.createLink(state, other);
        host.pool().delete(volume, deadline);
    }
}
