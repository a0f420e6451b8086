package dev.atex.provisioner.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.Hosts;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import dev.atex.provisioner.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run does not wait for errors that a retry cannot fix; with a real sshd, over both transports. */
@Timeout(120)
@Tag("slow")
class HopelessHostsTest {
    private static Hosts hosts;

    @TempDir
    private Path temp;

    private final List<String> notices = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(2);
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    private Provisioner create(String options) throws Exception {
        ProvisionerContext context = new ProvisionerContext("run", LeaseLog.unrecorded(), notices::add);
        return Provisioners.load()
                .create(ProvisionerSpec.parse("ssh,config=" + hosts.config() + "," + options), context);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(100));
    }

    /** Requests thirty machines. Returns the reported failures; the last one is final. */
    private static List<String> failures(Provisioner machines) throws Exception {
        List<String> failures = new CopyOnWriteArrayList<>();
        machines.start();
        machines.provision(30);
        while (true) {
            try {
                assertThat(machines.remote(soon())).isEmpty();
                throw new AssertionError("nothing came, not even a failure");
            } catch (ProvisionException e) {
                failures.add(String.valueOf(e.getMessage()));
                if (e.extent() == ProvisionException.Extent.PROVISIONER) {
                    return failures;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void runEndsIfNoHostNameResolves(String transport) throws Exception {
        String options = "hosts=one.invalid;two.invalid,transport=" + transport;
        try (Provisioner machines = create(options)) {
            List<String> failures = failures(machines);
            assertThat(failures).hasSizeLessThanOrEqualTo(2);
            assertThat(failures.getLast())
                    .contains("none of the 2 hosts can be used", "one.invalid", "two.invalid")
                    .containsPattern("(cannot be resolved|Could not resolve)");
        }
        try (Provisioner machines = create(options)) {
            assertThatThrownBy(() -> machines.check(soon()))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContainingAll("one.invalid", "two.invalid", "is it spelled correctly?");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void hostWhoseNameDoesNotResolveIsLeftOut(String transport) throws Exception {
        try (Provisioner machines = create("hosts=sut1;two.invalid,transport=" + transport)) {
            machines.check(soon());
            assertThat(notices).anyMatch(text -> text.contains("two.invalid")).noneMatch(text -> text.contains("sut1"));
            machines.start();
            machines.provision(2);
            int failed = 0;
            for (int i = 0; i < 2; i++) {
                try (Closing machine = new Closing(machines.remote(soon()).orElseThrow())) {
                    assertThat(machine.remote().name()).startsWith("sut1");
                } catch (ProvisionException e) {
                    failed++;
                    assertThat(e.extent()).isEqualTo(ProvisionException.Extent.MACHINE);
                    assertThat(e).hasMessageContainingAll("two.invalid", "not tried again in this run");
                }
            }
            assertThat(failed).isLessThanOrEqualTo(1);
            machines.provision(1);
            try (Closing machine = new Closing(machines.remote(soon()).orElseThrow())) {
                assertThat(machine.remote().name()).startsWith("sut1");
            }
        }
    }

    /** While the host was in use, nothing was copied. */
    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void hostWithoutTarIsNotUsedAgain(String transport) throws Exception {
        String _ = hosts.order("exec", "2", "mount", "--bind", "/dev/null", "/usr/bin/tar");
        try (Provisioner machines = create("hosts=sut2,transport=" + transport)) {
            machines.start();
            machines.provision(3);
            try (Closing machine = new Closing(machines.remote(soon()).orElseThrow())) {
                assertThatThrownBy(() -> machine.remote().upload(temp, "/tmp/new", soon()))
                        .isInstanceOfSatisfying(
                                ConnectionException.class,
                                e -> assertThat(e.isPermanent()).isTrue())
                        .hasMessageContaining("the host has no 'tar'");
            }
            assertThatThrownBy(() -> machines.remote(soon()))
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            e -> assertThat(e.extent()).isEqualTo(ProvisionException.Extent.PROVISIONER))
                    .hasMessage("sut2 is not used any more, its set-up has failed");
        } finally {
            String _ = hosts.order("exec", "2", "umount", "/usr/bin/tar");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void hostThatHasCopiedIsUsedAgain(String transport) throws Exception {
        try (Provisioner machines = create("hosts=sut2,transport=" + transport)) {
            machines.start();
            machines.provision(2);
            try (Closing machine = new Closing(machines.remote(soon()).orElseThrow())) {
                machine.remote().upload(temp, "/tmp/new-" + UUID.randomUUID(), soon());
                String _ = hosts.order("exec", "2", "mount", "--bind", "/dev/null", "/usr/bin/tar");
                try {
                    assertThatThrownBy(() -> machine.remote().upload(temp, "/tmp/new", soon()))
                            .isInstanceOf(ConnectionException.class);
                } finally {
                    String _ = hosts.order("exec", "2", "umount", "/usr/bin/tar");
                }
            }
            try (Closing machine = new Closing(machines.remote(soon()).orElseThrow())) {
                machine.remote().upload(temp, "/tmp/new-" + UUID.randomUUID(), soon());
            }
        }
    }

    private record Closing(Remote remote) implements AutoCloseable {
        @Override
        public void close() throws Exception {
            remote.release(soon());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void runEndsIfHostKeyIsUnknown(String transport) throws Exception {
        Path empty = Files.createFile(temp.resolve("empty"));
        try (Provisioner machines =
                create("hosts=sut1;sut2,host-keys=strict,known-hosts=" + empty + ",transport=" + transport)) {
            List<String> failures = failures(machines);
            assertThat(failures).hasSize(2);
            assertThat(failures.getLast())
                    .contains("none of the 2 hosts can be used")
                    .containsPattern("(is not known|Host key verification failed)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void runEndsIfHostKeyChanged(String transport) throws Exception {
        Path other = temp.resolve("other");
        Process made =
                new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString()).start();
        assertThat(made.waitFor()).isZero();
        String key = Files.readString(temp.resolve("other.pub"));
        String address = new String(
                        new ProcessBuilder("ssh", "-G", "-F", hosts.config().toString(), "sut1")
                                .start()
                                .getInputStream()
                                .readAllBytes())
                .lines()
                .filter(line -> line.startsWith("hostname "))
                .findFirst()
                .orElseThrow()
                .substring("hostname ".length());
        Path known = Files.writeString(temp.resolve("known"), "sut1," + address + " " + key);
        try (Provisioner machines =
                create("hosts=sut1,host-keys=strict,known-hosts=" + known + ",transport=" + transport)) {
            List<String> failures = failures(machines);
            assertThat(failures).hasSize(1);
            assertThat(failures.getFirst()).containsPattern("(CHANGED|Host key verification failed)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void runEndsIfLoginIsRefused(String transport) throws Exception {
        try (Provisioner machines = create("hosts=sut1;sut2,user=nobody-of-this-name,transport=" + transport)) {
            List<String> failures = failures(machines);
            assertThat(failures).hasSize(2);
            assertThat(failures.getLast()).containsPattern("(accepts none of the keys|Permission denied)");
        }
    }
}
