package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.libvirt.domain.Mark;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.libvirt.virsh.Anchor;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.provisioner.pool.ReservationContract;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One machine from request to removal, with a libvirt that fails, and machines that stop. */
@Tag("slow")
@ExtendWith(MachinesAlone.class)
class VirtReservationTest extends ReservationContract {
    @TempDir
    private Path directory;

    private final Leases leases = new Leases();
    private final List<VirtMachines> started = new ArrayList<>();

    @Override
    protected Reservation create() throws Exception {
        return create(Testbed.provision());
    }

    private Reservation create(String spec) throws Exception {
        VirtMachines machines = new VirtMachines(
                VirtSettings.of(ProvisionerSpec.parse(spec)), leases.context(directory.resolve("records")));
        machines.start();
        started.add(machines);
        return machines.reservation(0, 1);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (VirtMachines machines : started) {
            machines.stop();
        }
        assertThat(leases.states()).containsOnly(LeaseState.GONE);
        for (LeaseRecord lease : leases.machines()) {
            String domain = Mark.name(lease.id());
            assertThat(Testbed.machines()).noneMatch(name -> name.startsWith(domain));
            assertThat(Anchor.processes(domain)).isEmpty();
        }
    }

    /** Returns the session with a virsh that runs a shell script before each call; {@code $*} are its arguments. */
    private String disturbed(String script) throws IOException, Exception {
        Path program = directory.resolve("virsh");
        Files.writeString(
                program, "#!/bin/sh\n" + script + "\nexec " + Testbed.virsh().program() + " \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Testbed.provision().replace("program=" + Testbed.virsh().program(), "program=" + program);
    }

    @Test
    void machineThatStopsEndsItsCommandsAndStaysGone() throws Exception {
        try (Reservation one = create()) {
            Connection connection = one.reserve();
            LeaseRecord lease = leases.machine();
            assertThat(Mark.leaseIn(Testbed.call("metadata", lease.locator("uuid"), Mark.NAMESPACE)))
                    .contains(lease.id());
            assertThat(new VirtReclaimer().find(lease, soon()).orElseThrow())
                    .contains("domain atex-" + lease.id(), "volume atex-" + lease.id() + ".qcow2");
            RemoteProcess running = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
            assertThat(running.stdout().read()).isEqualTo('\n');
            Testbed.call("destroy", lease.locator("uuid"));
            assertThat(running.await(soon())).isInstanceOf(Exit.TransportLost.class);
            assertThatThrownBy(() -> connection.connect(soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("virt-1: the machine is gone: it stopped (Destroyed)");
        }
    }

    @Test
    void machineThatNeverAnswersFailsWithItsConsole() throws Exception {
        Path xml = directory.resolve("never.xml");
        Files.writeString(
                xml,
                Files.readString(Testbed.xml()).replace("init=/sbin/tinyinit quiet", "init=/bin/true panic=-1 quiet"));
        try (Reservation one = create(Testbed.provision()
                .replace(Testbed.xml().toString(), xml.toString())
                .replace("boot-wait=10m", "boot-wait=40s"))) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("virt-1: the machine did not answer within 40 s (boot-wait)")
                    .hasMessageContaining("The end of its console:")
                    .hasMessageContaining("Rebooting in 1 seconds");
            assertThat(directory.resolve("records/virt-1-console.log"))
                    .content()
                    .contains("Attempted to kill init");
        }
    }

    @Test
    void takenPortIsReplacedByAnother() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            // the first description gets the taken port
            String spec = disturbed("case $* in *'create --autodestroy'*) if mkdir " + directory.resolve("first")
                    + " 2>/dev/null; then sed 's/hostfwd=tcp:127.0.0.1:[0-9]*-/hostfwd=tcp:127.0.0.1:"
                    + taken.getLocalPort() + "-/' | " + Testbed.virsh().program() + " \"$@\"; exit; fi ;; esac");
            try (Reservation one = create(spec)) {
                Connection connection = one.reserve();
                assertThat(connection.run(Command.of("echo", "hello"), soon()).stdoutText())
                        .isEqualTo("hello\n");
                assertThat(directory.resolve("first")).exists();
            }
        }
    }

    @Test
    void domainWithoutMarkSurvives() throws Exception {
        VirtReclaimer reclaimer = new VirtReclaimer();
        Path xml = directory.resolve("foreign.xml");
        try (Reservation one = create()) {
            one.reserve();
        }
        LeaseRecord lease = leases.machine();
        Files.writeString(
                xml,
                Files.readString(Testbed.xml())
                        .replace(
                                "<name>tiny</name>",
                                "<name>" + Mark.name(lease.id()) + "</name><uuid>" + Mark.uuid(lease.id()) + "</uuid>")
                        .replaceFirst("(?s)<disk.*</disk>", ""));
        Testbed.callWith(Files.readString(xml), "define", "/dev/stdin");
        try {
            assertThat(reclaimer.find(lease, soon())).isEmpty();
            reclaimer.release(lease, soon());
            assertThat(Testbed.call("list", "--all", "--name")).contains(Mark.name(lease.id()));
        } finally {
            Testbed.call("undefine", Mark.name(lease.id()));
        }
    }

    @Test
    void overlayOfKilledRunIsReclaimed() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMinutes(2));
        Host host = Host.find(VirtSettings.of(ProvisionerSpec.parse(Testbed.provision())), deadline);
        LeaseRecord lease = new LeaseRecord(
                leases.intend(VirtReclaimer.KIND, LeasedMachine.locator(host.pool(), 1, false))
                        .id(),
                "run",
                VirtReclaimer.KIND,
                LeasedMachine.locator(host.pool(), 1, false),
                LeaseState.INTEND,
                java.time.Instant.now());
        LeasedMachine machine = host.machine(lease.id());
        host.pool().createOverlay(machine.overlay(0), host.images().getFirst(), 0, deadline);
        VirtReclaimer reclaimer = new VirtReclaimer();
        assertThat(reclaimer.find(lease, deadline)).contains("volume " + machine.overlay(0));
        assertThat(reclaimer.longestCreate(lease)).isPositive();
        reclaimer.release(lease, deadline);
        reclaimer.release(lease, deadline);
        assertThat(reclaimer.find(lease, deadline)).isEmpty();
        leases.goneAll();
    }
}
