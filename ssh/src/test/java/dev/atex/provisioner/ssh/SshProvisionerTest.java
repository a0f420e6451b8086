package dev.atex.provisioner.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.Hosts;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.config.SshTransport;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SshProvisionerTest extends ProvisionerContract {
    private static Hosts hosts;

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

    private static Provisioner create(String run, String options) throws Exception {
        return create(new ProvisionerContext(run, LeaseLog.unrecorded()), options);
    }

    private static Provisioner create(ProvisionerContext context, String options) throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse("ssh,config=" + hosts.config() + "," + options);
        return Provisioners.load().create(spec, context);
    }

    @Override
    protected Provisioner createWithTwo() throws Exception {
        return create("run", "hosts=sut1;sut2");
    }

    private static String sh(Remote remote, String script) throws Exception {
        return remote.run(Command.of("sh", "-c", script), soon()).stdoutText().strip();
    }

    private static String onHost(String host, String script) throws Exception {
        try (SshConnection other = new SshConnection(host, hosts.options())) {
            other.connect(soon());
            return other.run(Command.of("sh", "-c", script), soon())
                    .stdoutText()
                    .strip();
        }
    }

    @Test
    void releasedHostIsClean() throws Exception {
        try (Provisioner provisioner = create("clean", "hosts=sut1")) {
            provisioner.start();
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            String name = "/var/tmp/atex-" + remote.workName().orElseThrow();
            sh(remote, "mkdir -p /tmp/precious " + name + "/'a b'; mount --bind /tmp/precious " + name + "/'a b'");
            sh(remote, "touch /tmp/precious/file; setsid sleep 1000 >/dev/null 2>&1 </dev/null & :");
            assertThat(onHost("sut1", "ls -d /var/atex-host/lock " + name + "; pgrep -x sleep | wc -l"))
                    .hasLineCount(3)
                    .contains(name, "/var/atex-host/lock")
                    .endsWith("1");
            remote.release(soon());
            assertThat(onHost("sut1", "ls -d /var/atex-host/lock " + name + "; pgrep -x sleep | wc -l"))
                    .isEqualTo("0");
            assertThat(onHost("sut1", "ls /tmp/precious")).isEqualTo("file");
        }
    }

    @Test
    void twoRunsDoNotShareHost() throws Exception {
        assertTheFirstKeepsTheHost("", "lock-wait=0s");
    }

    private static void assertTheFirstKeepsTheHost(String ofFirst, String ofSecond) throws Exception {
        try (Provisioner one = create("one", "hosts=sut1" + ofFirst);
                Provisioner two = create("two", "hosts=sut1," + ofSecond)) {
            one.start();
            two.start();
            one.provision(1);
            Remote remote = one.remote(soon()).orElseThrow();
            two.provision(1);
            assertThatThrownBy(() -> two.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("sut1")
                    .hasMessageContaining("in use by")
                    .hasMessageContaining(":one:");
            assertThat(sh(remote, "echo still mine")).isEqualTo("still mine");
        }
    }

    @Test
    void otherHostIsUsedWhenOneIsUnreachable() throws Exception {
        hosts.order("refuse", "1");
        List<String> notices = new CopyOnWriteArrayList<>();
        try (Provisioner provisioner = create(
                new ProvisionerContext("other", LeaseLog.unrecorded(), notices::add),
                "hosts=sut1;sut2,max=1,wait=0s")) {
            provisioner.start();
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            assertThat(remote.name()).isEqualTo("sut2");
            assertThat(notices).singleElement().asString().contains("sut1", "refused", "trying sut2");
            remote.release(soon());
            provisioner.provision(1); // the other host is not tried again for half a minute
            assertThat(provisioner.remote(soon()).orElseThrow().name()).isEqualTo("sut2#2");
        } finally {
            hosts.order("accept", "1");
        }
    }

    @Test
    void provisioningFailsWhenNoHostIsUsable() throws Exception {
        hosts.order("refuse", "1");
        hosts.order("refuse", "2");
        try (Provisioner provisioner = create("none", "hosts=sut1;sut2,max=1,wait=0s")) {
            provisioner.start();
            provisioner.provision(1);
            assertThatThrownBy(() -> provisioner.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("sut2");
        } finally {
            hosts.order("accept", "1");
            hosts.order("accept", "2");
        }
    }

    /** The host has never worked in this run: it may be booting, or its server may be restarting. */
    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void hostThatRefusesConnectionsForSomeTimeIsNotLeftOut(String transport) throws Exception {
        hosts.order("refuse", "1");
        try (Provisioner impatient = create("impatient", "hosts=sut1,wait=0s,transport=" + transport);
                Provisioner patient = create("patient", "hosts=sut1,wait=1m,transport=" + transport)) {
            patient.start();
            patient.provision(1);
            impatient.start();
            impatient.provision(1);
            assertThatThrownBy(() -> impatient.remote(soon()))
                    .isInstanceOfSatisfying(
                            ProvisionException.class,
                            refused -> assertThat(refused.extent()).isEqualTo(ProvisionException.Extent.ONCE))
                    .hasMessageContaining("refused")
                    .hasMessageNotContaining("not tried again in this run");
            hosts.order("accept", "1");
            assertThat(patient.remote(soon()).orElseThrow().name()).isEqualTo("sut1");
        } finally {
            hosts.order("accept", "1");
        }
    }

    @Test
    void hostInUseIsNotWaitedForWhileAnotherIsFree() throws Exception {
        try (Provisioner one = create("one", "hosts=sut1");
                Provisioner two = create("two", "hosts=sut1;sut2,max=1,lock-wait=1d")) {
            one.start();
            two.start();
            one.provision(1);
            assertThat(one.remote(soon())).isPresent();
            two.provision(1);
            assertThat(two.remote(soon()).orElseThrow().name()).isEqualTo("sut2");
        }
    }

    @Test
    void hostWithTwoNamesIsNotTakenFromItsOwnRun() throws Exception {
        try (Provisioner provisioner = create("twice", "hosts=sut1;root@sut1")) {
            provisioner.start();
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            provisioner.provision(1);
            assertThatThrownBy(() -> provisioner.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("list each host once");
            assertThat(sh(remote, "echo still mine")).isEqualTo("still mine");
        }
    }

    /** What could not be cleaned up does not obstruct the run that left it. */
    @Test
    void hostWhoseReleaseFailedIsUsableAtOnce() throws Exception {
        try (Provisioner provisioner = create("again", "hosts=sut1,wait=0s")) {
            provisioner.start();
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            String first = remote.leaseId().orElseThrow();
            hosts.order("refuse", "1");
            try {
                assertThatThrownBy(() -> remote.release(soon())).isInstanceOf(ReleaseException.class);
            } finally {
                hosts.order("accept", "1");
            }
            assertThat(onHost("sut1", "readlink /var/atex-host/lock")).startsWith("have " + first + " ");
            provisioner.provision(1);
            Remote next = provisioner.remote(soon()).orElseThrow();
            assertThat(onHost("sut1", "readlink /var/atex-host/lock"))
                    .startsWith("have " + next.leaseId().orElseThrow() + " ");
        }
    }

    @Test
    void requestWaitsUntilHostIsReleased() throws Exception {
        try (Provisioner one = create("one", "hosts=sut1");
                Provisioner two = create("two", "hosts=sut1,lock-wait=5m")) {
            one.start();
            two.start();
            one.provision(1);
            Remote remote = one.remote(soon()).orElseThrow();
            two.provision(1);
            assertThat(two.remoteNow()).isEmpty();
            remote.release(soon());
            assertThat(sh(two.remote(soon()).orElseThrow(), "echo mine now")).isEqualTo("mine now");
        }
    }

    @Test
    void nextUseCleansUpAfterDeadRun() throws Exception {
        String dead = "dead-1";
        String name = "/tmp/atex-deadwork";
        try (SshConnection abandoned = new SshConnection("sut1", hosts.options(), dead)) {
            abandoned.connect(soon());
            new HostAccess(abandoned.unmarked(), dead, "deadwork").lock("nobody", Duration.ofSeconds(1), "", soon());
            abandoned.run(
                    Command.of("sh", "-c", "mkdir -p " + name + "/x; setsid sleep 1000 >/dev/null 2>&1 </dev/null &"),
                    soon());
        }
        try (Provisioner next = create("next", "hosts=sut1,lock-wait=1m")) {
            next.start();
            next.provision(1);
            Remote remote = next.remote(soon()).orElseThrow();
            assertThat(sh(remote, "ls -d " + name + "; pgrep -x sleep | wc -l")).isEqualTo("0");
        }
    }

    @Test
    void reclaimerFindsAndFreesLease() throws Exception {
        String id = "lost-1";
        String longer = "lost-10";
        for (String each : new String[] {id, longer}) {
            try (SshConnection abandoned = new SshConnection("sut2", hosts.options(), each)) {
                abandoned.connect(soon());
                abandoned.run(Command.of("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 </dev/null &"), soon());
                if (each.equals(id)) {
                    new HostAccess(abandoned.unmarked(), id, "lostwork")
                            .lock("nobody", Duration.ofHours(1), "", soon());
                }
            }
        }
        String spec = "ssh,hosts=sut2,config=" + hosts.config();
        LeaseRecord lease = new LeaseRecord(
                id,
                "lost",
                "ssh",
                Map.of(SshReclaimer.HOST, "sut2", SshReclaimer.SPEC, spec, SshReclaimer.TEMPORARY, "/tmp"),
                LeaseState.HAVE,
                Instant.now());
        SshReclaimer reclaimer = new SshReclaimer();
        assertThat(reclaimer.find(lease, soon())).hasValue("sut2: the lock, 1 process(es)");
        reclaimer.release(lease, soon());
        assertThat(reclaimer.find(lease, soon())).isEmpty();
        assertThat(onHost("sut2", "pgrep -x sleep | wc -l")).isEqualTo("1"); // the one without the lease
        onHost("sut2", "pkill -x sleep");
    }

    /** The run was killed after ssh had started, and nothing was on the host. */
    @Test
    void reclaimerFindsLocalFilesOfSshProgram(@TempDir Path temporary) throws Exception {
        String id = "begun-1";
        Path begun = Files.createDirectory(temporary.resolve("atex-" + LeaseNames.shortName(id) + "-ssh-123"));
        Path others = Files.createDirectory(temporary.resolve("atex-" + LeaseNames.shortName("begun-2") + "-ssh-123"));
        String spec = "ssh,hosts=sut2,transport=openssh,config=" + hosts.config();
        LeaseRecord lease = new LeaseRecord(
                id,
                "begun",
                "ssh",
                Map.of(
                        SshReclaimer.HOST,
                        "sut2",
                        SshReclaimer.SPEC,
                        spec,
                        SshReclaimer.TEMPORARY,
                        temporary.toString()),
                LeaseState.INTEND,
                Instant.now());
        SshReclaimer reclaimer = new SshReclaimer();
        assertThat(reclaimer.find(lease, soon())).hasValue(begun.toString());
        reclaimer.release(lease, soon());
        assertThat(reclaimer.find(lease, soon())).isEmpty();
        assertThat(begun).doesNotExist();
        assertThat(others).exists();
    }

    @Test
    void lockTakenAwayEndsConnection() throws Exception {
        try (Provisioner one = create("one", "hosts=sut1,lock-expiry=3s")) {
            one.start();
            one.provision(1);
            Remote remote = one.remote(soon()).orElseThrow();
            var sleeping = remote.start(Command.of("sleep", "1000"));
            onHost("sut1", "rm /var/atex-host/lock");
            assertThat(sleeping.await(soon())).isInstanceOf(dev.atex.connection.Exit.TransportLost.class);
            assertThatThrownBy(() -> remote.connect(soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("the lock of the host was taken away");
        }
    }

    @Test
    void renewedLockHoldsLongerThanItsExpiry() throws Exception {
        assertTheFirstKeepsTheHost(",lock-expiry=10s", "lock-wait=14s");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "have x zz/../victim - - 1 1 evil",
                "have \\|. aaaaaaaaaa - - 1 1 evil",
                "have x aaaaaaaaaa - - 1 99999999999999999999 evil",
                "no lock at all"
            })
    void malformedLockDoesNoHarm(String text) throws Exception {
        onHost(
                "sut1",
                "mkdir -p /tmp/atex-zz /tmp/victim /var/atex-host; ln -sf /tmp/victim/target /var/atex-host/new");
        onHost("sut1", "setsid sleep 1000 >/dev/null 2>&1 </dev/null & ln -s '" + text + "' /var/atex-host/lock");
        try (Provisioner next = create("next", "hosts=sut1,lock-wait=0s")) {
            next.start();
            next.provision(1);
            Remote remote = next.remote(soon()).orElseThrow();
            assertThat(sh(remote, "ls -A /tmp/victim; ls -d /tmp/victim; pgrep -x sleep | wc -l"))
                    .isEqualTo("/tmp/victim\n1");
            assertThat(sh(remote, "readlink /var/atex-host/lock"))
                    .startsWith("have " + remote.leaseId().orElseThrow() + " ");
        } finally {
            onHost("sut1", "pkill -x sleep; rm -r /tmp/atex-zz /tmp/victim");
        }
    }

    @Test
    void lockOfOtherUserIsReportedWithName() throws Exception {
        Path password = Files.writeString(hosts.directory().resolve("password"), "atex test\n");
        try (Provisioner one = create("one", "hosts=tester@sut1,user=tester,password-file=" + password);
                Provisioner two = create("two", "hosts=sut1,lock-wait=0s")) {
            one.start();
            two.start();
            one.provision(1);
            Remote remote = one.remote(soon()).orElseThrow();
            two.provision(1);
            assertThatThrownBy(() -> two.remote(soon()))
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining(":one:")
                    .hasMessageContaining("as user tester there");
            assertThat(sh(remote, "id -un")).isEqualTo("tester");
        }
    }

    /** The built-in transport has no limit of its own; it waits in the same way if the server has one. */
    @Test
    void orderOverFullConnectionFailsInTime() throws Exception {
        SshOptions options = hosts.options().withTransport(SshTransport.OPENSSH);
        try (SshConnection connection = new SshConnection("sut2", options)) {
            connection.connect(soon());
            HostAccess access = new HostAccess(connection, "full-1", "fullwork");
            for (int i = 0; i < 9; i++) {
                connection.start(Command.of("sleep", "1000"));
            }
            assertThatThrownBy(() -> access.status(Deadline.after(Duration.ofSeconds(2))))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("'status' of the host lock was not answered within ");
        } finally {
            onHost("sut2", "pkill -x sleep");
        }
    }

    @Test
    void orderToSilentHostFailsInTime() throws Exception {
        try (SshConnection connection = new SshConnection("sut2", hosts.options())) {
            connection.connect(soon());
            HostAccess access = new HostAccess(connection, "silent-1", "silentwork");
            hosts.order("exec", "2", "mkdir", "-p", "/var/atex-host");
            hosts.order("exec", "2", "sh", "-c", "setsid flock /var/atex-host/serial sleep 1000 >/dev/null 2>&1 &");
            assertThatThrownBy(() ->
                            access.lock("nobody", Duration.ofMinutes(1), "", Deadline.after(Duration.ofSeconds(15))))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("another process of user root has kept /var/atex-host/serial locked");
        } finally {
            onHost("sut2", "pkill -x sleep");
        }
    }

    @Test
    void inventoryListsHosts(@TempDir Path here) throws Exception {
        Path inventory = Files.writeString(here.resolve("list"), "# ours\nsut2  # the second\n\n");
        try (Provisioner provisioner = create("inventory", "inventory=" + inventory)) {
            provisioner.start();
            provisioner.provision(1);
            assertThat(provisioner.remote(soon()).orElseThrow().name()).isEqualTo("sut2");
        }
    }

    @Test
    void reapingNeedsNoInventory(@TempDir Path here) throws Exception {
        Path inventory = Files.writeString(here.resolve("list"), "sut1\nsut2\n");
        Map<String, String> locator = new ConcurrentHashMap<>();
        LeaseLog leases = (kind, written) -> {
            locator.putAll(written);
            return LeaseLog.unrecorded().intend(kind, written);
        };
        try (Provisioner provisioner =
                create(new ProvisionerContext("reaped", leases, _ -> {}), "inventory=" + inventory)) {
            provisioner.start();
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            Files.delete(inventory);
            LeaseRecord lease = new LeaseRecord(
                    remote.leaseId().orElseThrow(), "reaped", "ssh", locator, LeaseState.HAVE, Instant.now());
            String work = remote.workName().orElseThrow();
            assertThat(work).as("nobody can guess it").isNotEqualTo(LeaseNames.shortName(lease.id()));
            sh(remote, "mkdir /tmp/atex-" + work);
            assertThat(new SshReclaimer().find(lease, soon())).hasValue("sut1: the lock, /tmp/atex-" + work);
        }
    }

    @Test
    void invalidOptionsAreReported(@TempDir Path here) {
        assertThatThrownBy(() -> create("x", "max=1"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("needs hosts");
        assertThatThrownBy(() -> create("x", "hosts=a;b;a")).hasMessageContaining("'a' is given twice");
        assertThatThrownBy(() -> create("x", "hosts=a,host-keys=never")).hasMessageContaining("accept-new");
        assertThatThrownBy(() -> create("x", "hosts=a,transport=telnet")).hasMessageContaining("openssh");
        assertThatThrownBy(() -> create("x", "hosts=a,password-env=ATEX_NO_SUCH_VARIABLE"))
                .hasMessageContaining("ATEX_NO_SUCH_VARIABLE");
        assertThatThrownBy(() -> create("x", "inventory=" + here.resolve("none")))
                .hasMessageContaining("none");
        assertThatThrownBy(() -> create("x", "hosts=a,lock-expiry=2d")).hasMessageContaining("12h");
        assertThatThrownBy(() -> create("x", "hosts=a,lock-expiry=2s")).hasMessageContaining("3s");
        assertThatThrownBy(() -> create("x", "hosts=a,identity=/no/such/key")).hasMessageContaining("/no/such/key");
    }
}
