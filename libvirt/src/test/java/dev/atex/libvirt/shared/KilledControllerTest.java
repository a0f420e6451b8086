package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.lease.ledger.StateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The process of a run is killed: its reservation ends by itself, and reaping stops its domain, but none of others. */
@Tag("slow")
@Timeout(600)
class KilledControllerTest {
    private StandInHost host;
    private VirtHelper bob;
    private Path state;
    private Process controller;

    @BeforeEach
    void up() throws Exception {
        host = StandInHost.up(2);
        state = Files.createDirectory(host.directory().resolve("ledgers"));
        bob = VirtHelper.start(host.address(), "bob", soon());
        assertThat(bob.reserveExactly("vm2", soon())).isTrue();
        new SharedDomain(bob, "vm2").mark(StandInHost.mark("of-bob", Instant.now()), soon());
        host.virsh("start", "vm2");
    }

    @AfterEach
    void down() throws Exception {
        if (controller != null) {
            controller.destroyForcibly().waitFor();
        }
        if (bob != null) {
            bob.close();
        }
        if (host != null) {
            host.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(2));
    }

    private void start(String... properties) throws Exception {
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        argv.addAll(List.of(properties));
        argv.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                ControllerProcess.class.getName(),
                state.toString(),
                host.spec("name=alice").toString()));
        controller = new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private String ready() throws IOException {
        return new BufferedReader(new InputStreamReader(controller.getInputStream(), StandardCharsets.UTF_8))
                .readLine();
    }

    private List<Reaped> reap() throws Exception {
        List<Reaped> all = new ArrayList<>();
        new Reaper(new StateDirectory(state), List.of(new LocalSharedReclaimer()), Clock.systemUTC())
                .reap(Reaper.Request.all(), all::add);
        return all;
    }

    private void assertOnlyBobHasDomain(String where) throws Exception {
        assertThat(host.running()).as(where).containsExactly("vm2");
        assertThat(host.xml("vm1")).as(where).doesNotContain(LeaseMark.NAMESPACE);
        assertThat(host.xml("vm2")).as(where).contains("of-bob");
        assertThat(bob.reservations(soon())).as(where).isEqualTo(Map.of("vm1", "(free)", "vm2", "(reserved for us)"));
        assertThat(state.toFile().list()).as(where).isSubsetOf("locks", "reap.log");
    }

    @Test
    void domainOfKilledRunIsFreeAndReaped() throws Exception {
        start();
        assertThat(ready()).isEqualTo("vm1");
        assertThat(bob.reservations(soon())).containsEntry("vm1", "alice");
        controller.destroyForcibly().waitFor();
        Deadline deadline = soon();
        while (!bob.reservations(soon()).get("vm1").equals("(free)") && !deadline.isExpired()) {
            Thread.sleep(20);
        }
        assertThat(host.running()).containsExactlyInAnyOrder("vm1", "vm2");
        assertThat(reap()).singleElement().isInstanceOf(Reaped.Freed.class);
        assertOnlyBobHasDomain("");
    }

    @Test
    void busyHelperOfKilledRunIsAwaited() throws Exception {
        host.helperFault("virsh-start", "slow");
        start();
        Deadline deadline = soon();
        while (host.requests().stream().noneMatch(line -> line.contains("\"start\"")) && !deadline.isExpired()) {
            Thread.sleep(10);
        }
        controller.destroyForcibly().waitFor();
        assertThat(reap()).singleElement().isInstanceOf(Reaped.Freed.class);
        assertOnlyBobHasDomain("");
    }

    @Test
    void domainThatAnotherUserTookIsNotReaped() throws Exception {
        start();
        assertThat(ready()).isEqualTo("vm1");
        controller.destroyForcibly().waitFor();
        Deadline deadline = soon();
        while (!bob.reserveExactly("vm1", soon()) && !deadline.isExpired()) {
            Thread.sleep(20);
        }
        assertThat(reap()).singleElement().isInstanceOf(Reaped.Absent.class);
        assertThat(host.running()).containsExactlyInAnyOrder("vm1", "vm2");
    }

    @Test
    void crashAtAnyPointLeavesNothing() throws Exception {
        Path points = host.directory().resolve("points");
        start("-Datex.crash.record=" + points);
        assertThat(ready()).isEqualTo("vm1");
        controller.getOutputStream().close();
        assertThat(controller.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(controller.exitValue()).isZero();
        assertOnlyBobHasDomain("undisturbed");
        List<String> names = Files.readAllLines(points);
        assertThat(names)
                .contains(
                        "shvirt before reserve",
                        "shvirt after reserve",
                        "shvirt after mark",
                        "shvirt before copy",
                        "shvirt after copy",
                        "shvirt before start",
                        "shvirt after start",
                        "shvirt after connect",
                        "shvirt before destroy",
                        "shvirt after destroy",
                        "shvirt before release",
                        "shvirt after release");
        for (int at = 1; at <= names.size(); at++) {
            String where = "point " + at + ": " + names.get(at - 1);
            start("-Datex.crash.at=" + at);
            controller.getOutputStream().close();
            assertThat(controller.waitFor(2, TimeUnit.MINUTES)).as(where).isTrue();
            assertThat(controller.exitValue()).as(where).isEqualTo(CrashPoints.STATUS);
            assertThat(reap()).as(where).noneMatch(each -> each instanceof Reaped.Left);
            assertOnlyBobHasDomain(where);
        }
    }
}
