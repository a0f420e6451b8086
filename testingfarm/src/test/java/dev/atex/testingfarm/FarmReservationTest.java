package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.testingfarm.options.FarmSettings;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One machine from request to cancellation, with a service that works, fails, or loses its answers. */
@Timeout(300)
@Tag("slow")
class FarmReservationTest {
    private static final Map<String, Object> USUAL = Map.of("queued", 0.02, "running", 0.02, "key", 0.02);
    private static Farm farm;

    private final List<RentedMachines> started = new ArrayList<>();
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> located = new java.util.concurrent.ConcurrentHashMap<>();
    private volatile String leaseId;
    private String foreign;

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(2).withKey();
    }

    @AfterAll
    static void down() throws Exception {
        if (farm != null) {
            farm.close();
        }
    }

    private static StandIn service() {
        return farm.service();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    @BeforeEach
    void reset() throws Exception {
        foreign = service().request("others", Map.of("atex-lease", "not-ours"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        service().faults();
        for (Map.Entry<String, Object> each : USUAL.entrySet()) {
            service().behaviour(each.getKey(), each.getValue());
        }
        for (RentedMachines each : started) {
            each.stop();
        }
        service().assertClean("at the end");
        service().die(foreign, "complete");
    }

    private LeaseLog log() {
        return (kind, locator) -> {
            Lease lease = LeaseLog.unrecorded().intend(kind, locator);
            located.putAll(locator);
            leaseId = lease.id();
            return new Lease() {
                @Override
                public String id() {
                    return lease.id();
                }

                @Override
                public void have(Map<String, String> more) {
                    located.putAll(more);
                }

                @Override
                public void releasing() {}

                @Override
                public void gone() {}
            };
        };
    }

    private static ProvisionerSpec spec(String more) throws Exception {
        return ProvisionerSpec.parse(
                "testingfarm,compose=Fedora-42,poll=50ms,retry-pause=20ms,settle=700ms,key=" + farm.key() + more);
    }

    private RentedMachines machines(String more) throws Exception {
        RentedMachines machines = new RentedMachines(
                FarmSettings.of(spec(more)),
                service().endpoints(),
                new ProvisionerContext("run-of-test", log(), notices::add));
        machines.start();
        started.add(machines);
        return machines;
    }

    private Reservation reservation() throws Exception {
        return machines("").reservation(0, 1);
    }

    private LeaseRecord record() {
        return new LeaseRecord(leaseId, "run-of-test", "testingfarm", located, LeaseState.INTEND, Instant.now());
    }

    @Test
    void machineAcceptsCommands() throws Exception {
        try (Reservation one =
                machines(",clean=true,variables=A=b,tags=team=x,timeout=60").reservation(0, 1)) {
            Connection connection = one.reserve();
            assertThat(connection.run(Command.of("echo", "hello"), soon()).stdoutText())
                    .isEqualTo("hello\n");
            String id = service().rented().getFirst();
            Map<?, ?> body = (Map<?, ?>) ((Map<?, ?>) service().truth().get("bodies")).get(id);
            Map<?, ?> environment = (Map<?, ?>) ((List<?>) body.get("environments")).getFirst();
            Map<?, ?> provisioning = (Map<?, ?>) ((Map<?, ?>) environment.get("settings")).get("provisioning");
            assertThat(provisioning.get("tags"))
                    .isEqualTo(Map.of(
                            "ArtemisUseSpot", "false", "team", "x", "atex-run", "run-of-test", "atex-lease", leaseId));
            assertThat(environment.get("tmt")).isEqualTo(Map.of("environment", Map.of("TMT_REBOOT_TIMEOUT", "3600")));
            assertThat(environment.get("variables")).isEqualTo(Map.of("TF_RESERVATION_DURATION", "60", "A", "b"));
            String key = new String(Base64.getDecoder()
                    .decode(((Map<?, ?>) environment.get("secrets"))
                            .get("TF_RESERVATION_AUTHORIZED_KEYS_BASE64")
                            .toString()));
            assertThat(key).startsWith("ecdsa-sha2-nistp256 ").endsWith(" foo@bar\n");
            assertThat(located).containsEntry("request", id);
            assertThat(connection
                            .run(Command.of("cat", "/var/tmp/.testing-farm-keep", "/etc/motd"), soon())
                            .exitCode())
                    .as("it is marked as one that is kept")
                    .isZero();
        }
        assertThat(notices).isEmpty();
        started.getLast().stop();
        assertThat(notices)
                .singleElement()
                .asString()
                .isEqualTo("testingfarm: rented for 1 machine-minute on 1 machine");
    }

    @Test
    void abortBeforeStartLeavesNothing() throws Exception {
        Reservation one = reservation();
        one.abort(soon());
        assertThatThrownBy(one::reserve).isInstanceOf(ProvisionException.class).hasMessageContaining("aborted");
        assertThat(leaseId).isNull();
    }

    /** Random times with a seed, over the whole reservation. */
    @Test
    void abortAtAnyTimeLeavesNothing() throws Exception {
        Random random = new Random(1);
        RentedMachines machines = machines("");
        for (int i = 0; i < 25; i++) {
            switch (i % 3) {
                case 0 -> service().faults(Map.of("method", "POST", "kind", "slow", "seconds", 0.2));
                case 1 -> service().faults(Map.of("method", "POST", "kind", "lost"));
                default -> service().faults();
            }
            Reservation one = machines.reservation(0, i);
            try (TaskScope scope = TaskScope.open("test")) {
                var reserving = scope.fork("reserve", one::reserve);
                Thread.sleep(random.nextInt(500)); // a random time is what this tests
                one.abort(soon());
                assertThat(reserving.awaitEnd(soon())).isTrue();
            }
            service().assertClean("abort " + i);
        }
    }

    @Test
    void abortFindsRequestThatAppearsLater() throws Exception {
        service()
                .faults(
                        Map.of("method", "POST", "kind", "late", "seconds", 0.5),
                        Map.of("method", "POST", "kind", "lost"));
        Reservation one = machines(",answer=100ms").reservation(0, 1);
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            Thread.sleep(150); // its answer was given up, it has not come into being
            one.abort(soon());
            assertThatThrownBy(() -> reserving.join(soon())).hasCauseInstanceOf(ProvisionException.class);
        }
        service().assertClean("late");
    }

    @Test
    void duplicateRequestIsCancelled() throws Exception {
        service().faults(Map.of("method", "POST", "kind", "late", "seconds", 0.6));
        try (Reservation one = machines(",answer=300ms").reservation(0, 1)) {
            one.reserve();
        }
        assertThat(service().rented()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost", "late"})
    void reaperFindsRequestWithLostAnswer(String kind) throws Exception {
        service().faults(Map.of("method", "POST", "kind", kind, "seconds", 0.3));
        Reservation one = reservation();
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            while (leaseId == null) {
                Thread.onSpinWait();
            }
            LeaseRecord lease = record(); // the ledger at this time
            reserving.interrupt();
            reserving.awaitEnd(soon());
            TestingFarmReclaimer reclaimer = new TestingFarmReclaimer(StandIn.ENVIRONMENT);
            reclaimer.release(lease, soon());
            Thread.sleep(reclaimer.longestCreate(lease)); // like a reaper
            reclaimer.release(lease, soon());
            service().assertClean("reaped");
            assertThat(reclaimer.find(lease, soon())).isEmpty();
            reclaimer.release(lease, soon());
        }
        one.abort(soon());
    }

    @Test
    void reaperCancelsRequestOfLedger() throws Exception {
        Reservation one = reservation();
        one.reserve();
        TestingFarmReclaimer reclaimer = new TestingFarmReclaimer(StandIn.ENVIRONMENT);
        assertThat(reclaimer.find(record(), soon()))
                .hasValueSatisfying(text -> assertThat(text).contains("running"));
        assertThatThrownBy(() -> new TestingFarmReclaimer(Map.of()).release(record(), soon()))
                .hasMessageContaining("TESTING_FARM_API_TOKEN");
        reclaimer.release(record(), soon());
        service().assertClean("reaped");
        one.abort(soon());
    }

    @Test
    void failedRequestIsExplained() throws Exception {
        service().behaviour("errors", 1);
        try (Reservation one = reservation()) {
            assertThatThrownBy(one::reserve)
                    .isInstanceOf(ProvisionException.class)
                    .hasMessageContaining("in the state 'error'")
                    .hasMessageContaining("no machine could be provisioned");
        }
    }

    @Test
    void requestThatEndsBeforeLoginIsExplained() throws Exception {
        service().behaviour("key", 1000);
        Reservation one = reservation();
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            while (service().count("machines") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            Thread.sleep(300); // somewhere in between
            service().die(service().rented().getFirst(), "error");
            assertThatThrownBy(() -> reserving.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .hasMessageContaining("in the state 'error'")
                    .hasMessageContaining("/artifacts/")
                    .hasMessageContaining("The end of its log:")
                    .hasMessageContaining("the machine is gone");
        }
        one.abort(soon());
    }

    @Test
    void reservationSurvivesOutage() throws Exception {
        service()
                .faults(
                        Map.of("method", "POST", "kind", "status", "status", 503, "count", 2),
                        Map.of("method", "GET", "path", "requests/", "kind", "malformed", "count", 2),
                        Map.of("method", "HEAD", "kind", "status", "status", 502, "count", 1),
                        Map.of("method", "GET", "path", "pipeline", "kind", "cut", "count", 1),
                        Map.of("method", "DELETE", "kind", "lost", "count", 2));
        try (Reservation one = reservation()) {
            one.reserve();
        }
        assertThat(notices).anyMatch(text -> text.contains("is down since"));
    }

    @Test
    void unverifiedReleaseFailsAndCanBeRepeated() throws Exception {
        Reservation one = reservation();
        one.reserve();
        service().faults(Map.of("method", "DELETE", "kind", "status", "status", 500, "count", -1));
        assertThatThrownBy(() -> one.abort(Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(ReleaseException.class)
                .hasMessageContaining("may still be alive");
        service().faults();
        one.abort(soon());
    }

    @Test
    void checkFindsMissingCompose() throws Exception {
        RentedMachines wrong = new RentedMachines(
                FarmSettings.of(ProvisionerSpec.parse("testingfarm,compose=Fedora-43,key=" + farm.key())),
                service().endpoints(),
                new ProvisionerContext("run", log()));
        assertThatThrownBy(wrong::start)
                .isInstanceOf(ProvisionException.class)
                .hasMessageContaining("no compose 'Fedora-43', did you mean 'Fedora-42'?")
                .hasMessageContaining("atex tf composes");
    }

    @Test
    void retriesAreLimitedToTen() throws Exception {
        service().behaviour("errors", 100);
        int before = service().count("ever");
        try (Provisioner provisioner = new TestingFarmProvisioner(
                FarmSettings.of(spec(",max=2")),
                service().endpoints(),
                new ProvisionerContext("run", LeaseLog.unrecorded()))) {
            provisioner.start();
            provisioner.provision(2);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> provisioner.remote(soon())).isInstanceOf(ProvisionException.class);
            }
            assertThat(service().count("ever") - before).isEqualTo(12);
            service().behaviour("errors", 0);
            provisioner.provision(1);
            Optional<Remote> remote = provisioner.remote(soon());
            assertThat(remote).isPresent();
        }
    }

    @Test
    void keyIsGeneratedForRunIfMissing() throws Exception {
        assertThat(LoginKey.find(farm.hosts().directory().resolve("none"))).isEmpty();
        var directory = Files.createDirectory(farm.hosts().directory().resolve("dot-ssh"));
        Files.writeString(directory.resolve("id_a"), "");
        dev.atex.connection.ssh.KeyFiles.generate(directory.resolve("id_b"));
        assertThat(LoginKey.find(directory)).hasValue(directory.resolve("id_b"));
        assertThat(LoginKey.of(directory.resolve("id_b")).publicKey().split(" "))
                .hasSize(2);
    }
}
