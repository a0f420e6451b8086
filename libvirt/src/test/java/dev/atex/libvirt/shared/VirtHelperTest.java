package dev.atex.libvirt.shared;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.io.ByteArrayOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@Timeout(300)
class VirtHelperTest {
    private StandInHost host;
    private final List<VirtHelper> started = new ArrayList<>();

    @BeforeEach
    void up() throws Exception {
        host = StandInHost.up(2);
    }

    @AfterEach
    void down() throws Exception {
        started.forEach(VirtHelper::close);
        if (host != null) {
            host.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private VirtHelper start(String name) throws Exception {
        VirtHelper helper = VirtHelper.start(host.address(), name, soon());
        started.add(helper);
        return helper;
    }

    @Test
    void domainIsReservedByOneHelperAtATime() throws Exception {
        VirtHelper alice = start("alice");
        VirtHelper bob = start("bob");
        String first = alice.reserve(Optional.empty(), soon()).orElseThrow();
        String second = bob.reserve(Optional.empty(), soon()).orElseThrow();
        assertThat(List.of(first, second)).containsExactlyInAnyOrder("vm1", "vm2");
        assertThat(alice.reserve(Optional.empty(), soon())).isEmpty();
        assertThat(alice.reservations(soon()))
                .containsEntry(first, "(reserved for us)")
                .containsEntry(second, "bob");
        alice.release(first, soon());
        assertThat(bob.reservations(soon())).containsEntry(first, "(free)");
        assertThat(bob.reserveExactly(first, soon())).isTrue();
        assertThat(alice.reserveExactly(first, soon())).isFalse();
    }

    /** Such a lock is not seen by flock(2); the lock of a channel is of this kind. */
    @Test
    void reservationIsPosixRecordLock() throws Exception {
        VirtHelper helper = start("alice");
        assertThat(helper.reserveExactly("vm1", soon())).isTrue();
        Path file = host.directory().resolve("state/locks/vm1");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.tryLock()).isNull();
            helper.release("vm1", soon());
            assertThat(channel.tryLock()).isNotNull();
            assertThat(helper.reserveExactly("vm1", soon())).isFalse();
        }
    }

    @Test
    void closeEndsReservation() throws Exception {
        VirtHelper alice = start("alice");
        VirtHelper bob = start("bob");
        assertThat(alice.reserveExactly("vm1", soon())).isTrue();
        alice.close();
        assertThat(bob.reserveExactly("vm1", soon())).isTrue();
        assertThatThrownBy(() -> alice.reserve(Optional.empty(), soon()))
                .isInstanceOf(HelperLostException.class)
                .hasMessageContaining("it was closed");
    }

    @Test
    void hopelessReserveIsRefusedForHost() throws Exception {
        assertThatThrownBy(() -> start("alice").reserve(Optional.of("nothing.*"), soon()))
                .isInstanceOfSatisfying(HelperRefusedException.class, e -> {
                    assertThat(e.extent()).isEqualTo(HelperRefusedException.Extent.HOST);
                    assertThat(e.reply()).isEqualTo("no domain matches the filter");
                });
    }

    @Test
    void failedVirshIsRefusedAndHelperStaysUsable() throws Exception {
        VirtHelper helper = start("alice");
        assertThatThrownBy(() -> helper.virsh(soon(), "start", "nothing"))
                .isInstanceOfSatisfying(
                        HelperRefusedException.class,
                        e -> assertThat(e.extent()).isEqualTo(HelperRefusedException.Extent.DOMAIN))
                .hasMessageContaining("'virsh start' failed: error: failed to get domain 'nothing'");
        assertThat(helper.virsh(soon(), "domstate", "vm1")).isEqualTo("shut off\n");
    }

    @Test
    void quotedNameMatchesItselfOnly() throws Exception {
        host.define("vm.1 (é)", StandInHost.freePort(), "127.0.0.1", "");
        host.define("vmx1 (é)", StandInHost.freePort(), "127.0.0.1", "");
        VirtHelper helper = start("alice");
        assertThat(helper.reserveExactly("vm.1 (é)", soon())).isTrue();
        assertThat(helper.reserveExactly("vm.1 (é)", soon())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"die", "lose", "garbage", "other", "argument", "long"})
    void brokenHelperIsNotUsedAgain(String fault) throws Exception {
        VirtHelper helper = start("alice");
        host.helperFault("virsh-domstate", fault);
        assertThatThrownBy(() -> helper.virsh(soon(), "domstate", "vm1"))
                .isInstanceOf(HelperLostException.class)
                .hasMessageContaining("the helper cannot be used any more");
        assertThat(helper.ended().get(1, TimeUnit.MINUTES)).contains("cannot be used any more");
        assertThatThrownBy(() -> helper.virsh(soon(), "domstate", "vm1")).isInstanceOf(HelperLostException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "stall"})
    void helperThatDoesNotAnswerIsNotUsedAgain(String fault) throws Exception {
        VirtHelper helper = start("alice");
        host.helperFault("virsh-domstate", fault);
        assertThatThrownBy(() -> helper.virsh(Deadline.after(Duration.ofMillis(300)), "domstate", "vm1"))
                .isInstanceOf(HelperLostException.class)
                .hasMessageContaining("did not answer in time");
        assertThat(helper.isUsable()).isFalse();
        assertThatThrownBy(() -> helper.virsh(soon(), "domstate", "vm1")).isInstanceOf(HelperLostException.class);
    }

    @Test
    void unexpectedAnswerEndsHelper() throws Exception {
        VirtHelper helper = start("alice");
        host.helperFault("virsh-domstate", "twice");
        assertThat(helper.virsh(soon(), "domstate", "vm1")).isEqualTo("shut off\n");
        assertThat(helper.ended().get(1, TimeUnit.MINUTES)).contains("it answered without a request");
    }

    @Test
    void otherProgramIsReportedWithItsErrors() {
        HelperAddress address = new HelperAddress(
                Optional.empty(),
                List.of("sh", "-c", "echo no helper here >&2; exit 1"),
                host.address().options());
        assertThatThrownBy(() -> VirtHelper.start(address, "alice", soon()))
                .isInstanceOf(HelperLostException.class)
                .hasMessageContaining("it has ended: no helper here");
    }

    @Test
    void lateAnswerToInterruptedRequestIsDropped() throws Exception {
        VirtHelper helper = start("alice");
        host.helperFault("virsh-domstate", "slow");
        try (TaskScope scope = TaskScope.open("test")) {
            var asking = scope.fork("ask", () -> helper.virsh(soon(), "domstate", "vm1"));
            while (host.requests().stream().noneMatch(line -> line.contains("domstate"))) {
                Thread.sleep(10);
            }
            asking.interrupt();
            assertThat(asking.awaitEnd(soon())).isTrue();
        }
        assertThat(helper.virsh(soon(), "list", "--all", "--persistent", "--name"))
                .isEqualTo("vm1\nvm2\n");
    }

    @Test
    void volumesAreCreatedAndMoved() throws Exception {
        VirtHelper helper = start("alice");
        helper.createVolume("default", "new", 1 << 20, "raw", false, soon());
        Path made = host.directory().resolve("pool/new");
        assertThat(made).hasSize(1 << 20);
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> helper.createVolume("default", "new", 1 << 20, "raw", false, soon()))
                .isInstanceOf(HelperRefusedException.class)
                .hasMessageContaining("'new' already exists: " + made);
        helper.moveVolume("default", "new", "image.raw", soon());
        assertThat(host.directory().resolve("pool/image.raw")).hasSize(1 << 20);
        assertThat(made).doesNotExist();
    }

    @Test
    void installShowsOutputAndUploadedFile() throws Exception {
        VirtHelper helper = start("alice");
        Path program = host.directory().resolve("virt-install");
        Files.writeString(program, "#!/bin/sh\necho \"$@\"; cat ks.cfg; exit $(cat ks.cfg)\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        helper.upload("ks.cfg", "7\n".getBytes(UTF_8), soon());
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        assertThatThrownBy(() -> helper.virtInstall(List.of("--name", "x"), console, soon()))
                .isInstanceOf(HelperRefusedException.class)
                .hasMessageContaining("virt-install exited with 7");
        assertThat(console.toString(UTF_8).replace("\r", "")).isEqualTo("--connect qemu:///session --name x\n7\n");
        assertThat(helper.isUsable()).isTrue();
    }

    @Test
    void refusedUploadEndsHelper() throws Exception {
        VirtHelper helper = start("alice");
        host.helperFault("upload", "fail no space");
        assertThatThrownBy(() -> helper.upload("ks.cfg", "{\"cmd\": \"ping\"}\n".getBytes(UTF_8), soon()))
                .isInstanceOf(HelperLostException.class)
                // the helper takes the bytes for a command, whose answer may come first
                .hasMessageMatching(".*(it refused an upload: no space|answered without a request: .*ping.*)");
        assertThatThrownBy(() -> helper.upload("../ks.cfg", new byte[1], soon()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesOfUsersAreShortAndPlain() {
        assertThat(VirtHelper.nameOf("müller (test) and more")).isEqualTo("m_ller__test__a");
        assertThat(VirtHelper.nameOf("")).isEqualTo("atex");
    }
}
