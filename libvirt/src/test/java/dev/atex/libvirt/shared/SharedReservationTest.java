package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.provisioner.pool.ReservationContract;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SharedReservationTest extends ReservationContract {
    private StandInHost host;

    @BeforeEach
    void up() throws Exception {
        host = StandInHost.up(1);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (host == null) {
            return;
        }
        try {
            assertClean();
        } finally {
            host.close();
        }
    }

    private void assertClean() throws Exception {
        host.noFaults();
        assertThat(host.running()).isEmpty();
        assertThat(host.xml("vm1")).doesNotContain(LeaseMark.NAMESPACE);
        try (VirtHelper helper = VirtHelper.start(host.address(), "checker", soon())) {
            // a helper that was killed may still be ending
            Deadline deadline = Deadline.after(Duration.ofSeconds(20));
            while (!helper.reservations(soon()).containsValue("(free)") && !deadline.isExpired()) {
                Thread.sleep(20);
            }
            assertThat(helper.reservations(soon())).isEqualTo(Map.of("vm1", "(free)"));
        }
    }

    @Override
    protected Reservation create() throws Exception {
        return reservation();
    }

    private SharedReservation reservation(String... options) throws Exception {
        return new SharedReservation("one", host.host(LeaseLog.unrecorded(), options));
    }

    @Test
    void domainRunsCopyOfImageWithLeaseInMetadata() throws Exception {
        try (Reservation one = reservation("name=alice")) {
            one.reserve();
            assertThat(host.running()).containsExactly("vm1");
            assertThat(host.directory().resolve("pool/vm1.raw")).hasContent("the image");
            LeaseMark mark = DomainXml.parse(host.xml("vm1")).mark().orElseThrow();
            assertThat(mark.owner()).isEqualTo("alice");
            assertThat(mark.run()).isEqualTo("test");
            assertThat(Duration.between(Instant.now(), mark.expires()))
                    .isBetween(Duration.ofDays(6), Duration.ofDays(7));
            try (VirtHelper helper = VirtHelper.start(host.address(), "bob", soon())) {
                assertThat(helper.reservations(soon())).isEqualTo(Map.of("vm1", "alice"));
            }
        }
    }

    /** The loopback address of the host is reached through it. */
    @Test
    void hostIsReachedBySsh() throws Exception {
        Process server = host.server();
        try (Reservation one =
                reservation("host=shared-host", "config=" + host.directory().resolve("ssh_config"))) {
            Connection connection = one.reserve();
            assertThat(connection.run(Command.of("echo", "hello"), soon()).stdoutText())
                    .isEqualTo("hello\n");
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    @Test
    void runningDomainOfEarlierUserIsDestroyedFirst() throws Exception {
        host.virsh("start", "vm1");
        try (Reservation one = create()) {
            one.reserve();
            assertThat(host.requests()).anyMatch(line -> line.contains("\"destroy\""));
            assertThat(Files.readAllLines(host.directory().resolve("starts"))).hasSize(2);
        }
    }

    @Test
    void lossOfHelperEndsConnectionForGood() throws Exception {
        SharedHost shared = host.host(LeaseLog.unrecorded());
        try (SharedReservation one = new SharedReservation("one", shared)) {
            Connection connection = one.reserve();
            killHelper();
            Deadline deadline = soon();
            assertThatThrownBy(() -> {
                        while (!deadline.isExpired()) {
                            connection.run(Command.of("sleep", "0.05"), deadline);
                        }
                    })
                    .isInstanceOf(ConnectionException.class);
            assertThatThrownBy(() -> connection.connect(soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("its reservation is lost: another user may use the domain now");
            assertThat(host.running()).containsExactly("vm1");
        }
    }

    private void killHelper() {
        List<ProcessHandle> helpers = ProcessHandle.current()
                .descendants()
                .filter(each -> each.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains("qemu:///session"))
                        .orElse(false))
                .toList();
        assertThat(helpers).isNotEmpty();
        helpers.forEach(ProcessHandle::destroyForcibly);
    }

    /** Another user who took the domain meanwhile keeps it. */
    @Test
    void domainOfNextUserIsNotTouchedByRelease() throws Exception {
        SharedReservation one = reservation("name=alice");
        one.reserve();
        killHelper();
        try (VirtHelper bob = VirtHelper.start(host.address(), "bob", soon())) {
            while (!bob.reserveExactly("vm1", soon())) {
                Thread.sleep(20);
            }
            one.close();
            assertThat(host.running()).containsExactly("vm1");
            new SharedDomain(bob, "vm1").giveBack(mark().lease(), soon());
        }
    }

    private LeaseMark mark() throws Exception {
        return DomainXml.parse(host.xml("vm1")).mark().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ping",
                "setname",
                "reservations",
                "reserve",
                "virsh-metadata",
                "virsh-domstate",
                "copy-volume",
                "virsh-dumpxml",
                "virsh-start"
            })
    void brokenHelperAtAnyStepFailsAndLeavesNothing(String request) throws Exception {
        for (String fault : List.of("die", "lose", "garbage", "argument")) {
            if (fault.equals("argument")
                    && List.of("ping", "reservations", "reserve").contains(request)) {
                continue; // these have none
            }
            host.helperFault(request, fault);
            try (Reservation one = create()) {
                assertThatThrownBy(one::reserve)
                        .as(fault)
                        .isInstanceOfSatisfying(
                                ProvisionException.class,
                                e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.ONCE))
                        .hasMessageContaining("the helper cannot be used any more");
            }
            assertClean();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reserve", "copy-volume", "virsh-start"})
    void abortEndsWaitForHelperThatHangs(String request) throws Exception {
        for (String fault : List.of("hang", "stall")) {
            host.helperFault(request, fault);
            SharedReservation one = reservation();
            Thread reserving = Thread.ofVirtual().start(() -> {
                try {
                    one.reserve();
                } catch (ProvisionException | InterruptedException e) {
                    // expected
                }
            });
            while (Files.exists(host.directory().resolve("helper-faults").resolve(request))) {
                Thread.sleep(10);
            }
            one.abort(soon());
            assertThat(reserving.join(Duration.ofMinutes(1))).isTrue();
            assertClean();
        }
    }

    /** While releasing, a new helper takes over. */
    @ParameterizedTest
    @CsvSource({
        "virsh-dumpxml,die",
        "virsh-dumpxml,garbage",
        "virsh-domstate,die",
        "virsh-domstate,lose",
        "virsh-destroy,die",
        "virsh-destroy,lose",
        "virsh-destroy,argument",
        "virsh-metadata,die",
        "virsh-metadata,lose",
        "release,die",
        "release,lose"
    })
    void brokenHelperWhileReleasingLeavesNothing(String request, String fault) throws Exception {
        try (Reservation one = create()) {
            one.reserve();
            host.helperFault(request, fault);
        }
        assertClean();
    }

    @Test
    void failedDomainIsSetAsideAndAnotherIsUsed() throws Exception {
        host.define("vm2", StandInHost.freePort(), "127.0.0.1", "");
        host.virshFault("start@vm1", "error of vm1 always");
        SharedHost shared = host.host(LeaseLog.unrecorded());
        for (int i = 0; i < 8; i++) {
            try (SharedReservation one = new SharedReservation("one", shared)) {
                one.reserve();
                assertThat(one.domain()).contains("vm2");
            } catch (ProvisionException e) {
                assertThat(e).hasMessageContaining("error of vm1");
                assertThat(e.extent()).isEqualTo(ProvisionException.Extent.ONCE);
                assertThat(shared.isSetAside("vm1")).isTrue();
            }
        }
        assertThat(Files.readAllLines(host.directory().resolve("starts"))).contains("vm2");
        host.noFaults();
        Files.delete(host.directory().resolve("domains/vm2.xml"));
    }

    @Test
    void missingImageIsPermanent() throws Exception {
        SharedHost shared = host.host(LeaseLog.unrecorded(), "pool=default");
        Files.move(host.directory().resolve("pool/image.raw"), host.directory().resolve("pool/image.row"));
        assertThatThrownBy(shared::start)
                .isInstanceOfSatisfying(
                        ProvisionException.class,
                        e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                .hasMessageContaining("pool 'default' has no image 'image.raw'")
                .hasMessageContaining("'image.row'");
        try (Reservation one = new SharedReservation("one", shared)) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER));
        }
    }

    @Test
    void hopelessFilterIsPermanent() throws Exception {
        try (Reservation one = reservation("filter=x.*")) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                    .hasMessageContaining("no domain matches the filter");
        }
    }

    @Test
    void fullHostIsWaitedForUntilLimit() throws Exception {
        try (VirtHelper bob = VirtHelper.start(host.address(), "bob", soon())) {
            assertThat(bob.reserveExactly("vm1", soon())).isTrue();
            try (Reservation one = reservation("lock-wait=1s")) {
                assertThatThrownBy(one::reserve)
                        .isInstanceOf(ProvisionException.class)
                        .hasMessageContaining("domains are held by: bob");
            }
        }
    }

    @Test
    void otherMachineAtPortIsRefused() throws Exception {
        host.uuidOfMachines("22222222-2222-2222-2222-222222222222");
        host.define("vm1", StandInHost.freePort(), "127.0.0.1", "<uuid>11111111-1111-1111-1111-111111111111</uuid>");
        try (Reservation one = create()) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("another machine answers at the port of domain 'vm1'")
                    .hasMessageContaining("22222222-2222-2222-2222-222222222222");
        }
    }

    @Test
    void expiredDomainOfDeadRunIsStoppedAtStart() throws Exception {
        host.setMark("vm1", StandInHost.mark("dead-1", Instant.now().minusSeconds(5)));
        host.virsh("start", "vm1");
        host.host(LeaseLog.unrecorded()).start();
        assertThat(host.running()).isEmpty();
        assertThat(DomainXml.parse(host.xml("vm1")).mark()).isEmpty();
    }

    @Test
    void domainThatIsHeldOrNotExpiredIsNotStoppedAtStart() throws Exception {
        host.define("vm2", StandInHost.freePort(), "127.0.0.1", "");
        host.setMark("vm1", StandInHost.mark("dead-1", Instant.now().minusSeconds(5)));
        host.setMark("vm2", StandInHost.mark("dead-2", Instant.now().plusSeconds(3600)));
        host.virsh("start", "vm1");
        host.virsh("start", "vm2");
        try (VirtHelper bob = VirtHelper.start(host.address(), "bob", soon())) {
            assertThat(bob.reserveExactly("vm1", soon())).isTrue();
            host.host(LeaseLog.unrecorded()).start();
            assertThat(host.running()).containsExactlyInAnyOrder("vm1", "vm2");
            new SharedDomain(bob, "vm1").giveBack("dead-1", soon());
        }
        host.virsh("destroy", "vm2");
        Files.delete(host.directory().resolve("domains/vm2.xml"));
        assertThat(Optional.of(host.running())).contains(List.of());
    }
}
