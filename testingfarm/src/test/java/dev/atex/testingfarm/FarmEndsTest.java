package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Remote;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.options.FarmSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that end without a machine, and the retries after them. */
@Timeout(200)
@Tag("slow")
class FarmEndsTest {
    /** The length of a minute of the stand-in, in seconds: 15 of them are less than one second. */
    private static final double MINUTE = 0.05;

    private static Farm farm;

    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private final List<MachineProgress> progress = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(1, "--minute", Double.toString(MINUTE)).withKey();
    }

    @AfterAll
    static void down() throws Exception {
        if (farm != null) {
            farm.close();
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        service().faults();
        service().behaviour("ready", 0.02);
        service().behaviour("errors", 0);
        service().behaviour("summary", "no machine could be provisioned");
        service().assertClean("at the end");
    }

    private static StandIn service() {
        return farm.service();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private RentedMachines machines(String more) throws Exception {
        return machines(more, service().endpoints());
    }

    private RentedMachines machines(String more, List<Endpoint> endpoints) throws Exception {
        return new RentedMachines(FarmSettings.of(spec(more)), endpoints, context());
    }

    private ProvisionerContext context() {
        return new ProvisionerContext("run", LeaseLog.unrecorded(), notices::add);
    }

    private Provisioner provisioner(String more) throws Exception {
        Provisioner provisioner = new TestingFarmProvisioner(
                FarmSettings.of(spec(more)), service().endpoints(), context());
        provisioner.onProgress(progress::add);
        provisioner.start();
        return provisioner;
    }

    private static ProvisionerSpec spec(String more) throws InvalidOptionException {
        String compose = more.contains("compose=") ? "" : ",compose=Fedora-42";
        return ProvisionerSpec.parse(
                "testingfarm,poll=50ms,retry-pause=20ms,settle=300ms,key=" + farm.key() + compose + more);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",test-ref=nope",
                ",test-name=/nope",
                ",test-path=deep/down",
                ",check=false,compose=Fedora-1",
                ",pool=nope",
                ",arch=vax",
                ",hardware=memory=>= 900 GB",
            })
    void permanentFailureIsNotRetried(String wrong) throws Exception {
        int before = service().count("ever");
        try (Provisioner provisioner = provisioner(wrong + ",max=1")) {
            provisioner.provision(3);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> provisioner.remote(soon()))
                        .isInstanceOf(ProvisionException.class)
                        .hasMessageContaining("before it had a machine: ");
            }
        }
        assertThat(service().count("ever") - before).isEqualTo(1);
    }

    @Test
    void forbiddenRequestIsNotRetried() throws Exception {
        Map<String, Object> forbidden = Map.of(
                "method", "POST", "kind", "status", "status", 403, "json", Map.of("message", "Forbidden"), "count", -1);
        service().faults(forbidden);
        try (Provisioner provisioner = provisioner(",max=1")) {
            provisioner.provision(2);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> provisioner.remote(soon())).hasMessageContaining("403");
            }
        }
        assertThat(notices).noneMatch(text -> text.matches("(?s).*(Retry \\d|No retry).*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",compose=Fedora-1|Fedora-42,check=false",
                ",compose=Fedora-1|Fedora-42",
                ",pool=nope|beaker",
                ",arch=vax|x86_64",
                ",compose=Fedora-Rawhide|Fedora-42,pool=nope|no|beaker",
            })
    void nextFallbackIsUsedAndReported(String options) throws Exception {
        try (Provisioner provisioner = provisioner(options + ",max=1")) {
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            assertThat(notices)
                    .anyMatch(text ->
                            text.contains("Requested instead: ") || text.contains("The other alternatives are used"));
            Map<String, String> facts = progress.getLast().facts();
            assertThat(progress.getLast().machine()).isEqualTo(remote.name());
            assertThat(facts)
                    .containsEntry("arch", "x86_64")
                    .containsKey("request")
                    .containsKey("artifacts");
            assertThat(facts.getOrDefault("pool", "beaker")).isEqualTo("beaker");
            assertThat(facts.get("compose")).isIn("Fedora-42", "Fedora-Rawhide");
        }
    }

    @Test
    void nextFallbackIsUsedWhenProvisioningFails() throws Exception {
        service().behaviour("errors", 1);
        try (Provisioner provisioner = provisioner(",compose=Fedora-42|Fedora-Rawhide,max=1")) {
            provisioner.provision(1);
            assertThat(provisioner.remote(soon())).isPresent();
            assertThat(progress.getLast().facts()).containsEntry("compose", "Fedora-Rawhide");
        }
        assertThat(notices)
                .anyMatch(text -> text.contains("no machine could be provisioned")
                        && text.endsWith("Requested instead: Fedora-Rawhide on x86_64"));
    }

    @Test
    void eachRetryIsReported() throws Exception {
        service().behaviour("errors", 2);
        service().behaviour("summary", "the worker has no disk");
        try (Provisioner provisioner = provisioner(",max=1")) {
            provisioner.provision(1);
            assertThat(provisioner.remote(soon())).isPresent();
        }
        assertThat(notices)
                .filteredOn(text -> text.contains("the worker has no disk"))
                .extracting(text -> text.substring(text.lastIndexOf('\n') + 1))
                .containsExactly("Retry 1 of 10 in this run", "Retry 2 of 10 in this run");
    }

    @Test
    void failedRequestIsNoticedDuringOutageOfLogs() throws Exception {
        service().faults(Map.of("path", "pipeline", "kind", "status", "status", 503, "count", -1));
        RentedMachines machines = machines("");
        machines.start();
        Reservation one = machines.reservation(0, 1);
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            while (service().count("machines") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            while (notices.stream().noneMatch(text -> text.contains("is down since"))) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            service().die(service().rented().getFirst(), "error", "error", "the machine is gone");
            assertThatThrownBy(() -> reserving.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .hasMessageContaining("in the state 'error' before it had a machine: the machine is gone");
        }
        one.abort(soon());
        machines.stop();
    }

    @Test
    void machineThatIsAwayFor15MinutesIsKept() throws Exception {
        service().behaviour("ready", 1000);
        RentedMachines machines = machines("");
        machines.start();
        Reservation one = machines.reservation(0, 1);
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            while (service().count("machines") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            String id = service().rented().getFirst();
            service().away(id, true);
            Thread.sleep((long) (15 * 1000 * MINUTE)); // what is tested
            service().away(id, false);
            assertThat(service().state(id)).isEqualTo("running");
            one.abort(soon());
            assertThat(reserving.awaitEnd(soon())).isTrue();
        }
        machines.stop();
    }

    @Test
    void watchdogOptionsShortenThat() throws Exception {
        service().behaviour("ready", 1000);
        RentedMachines machines = machines(",tmt-environment=TMT_REBOOT_TIMEOUT=60");
        machines.start();
        Reservation one = machines.reservation(0, 1);
        try (TaskScope scope = TaskScope.open("test")) {
            var reserving = scope.fork("reserve", one::reserve);
            while (service().count("machines") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            service().away(service().rented().getFirst(), true);
            assertThatThrownBy(() -> reserving.join(soon()))
                    .cause()
                    .hasMessageContaining("the reboot timeout was exceeded");
        }
        one.abort(soon());
        machines.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tf-token-0", "tf-token-9"})
    void checkFindsWrongToken(String token) throws Exception {
        Endpoint endpoint = Endpoint.of(
                Map.of("TESTING_FARM_API_TOKEN", token), Optional.of(service().url()));
        int before = service().count("ever");
        assertThatThrownBy(() -> machines("", List.of(endpoint)).check(soon()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("401");
        assertThat(service().count("ever")).isEqualTo(before);
    }

    @Test
    void composePatternsMatchAndAreNotSuggested() throws Exception {
        machines(",compose=CentOS-Stream-9-nightly").check(soon());
        assertThatThrownBy(() -> machines(",compose=CentOS-Stream-9-Nightly").check(soon()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("no compose 'CentOS-Stream-9-Nightly'");
        assertThatThrownBy(() ->
                        machines(",compose='CentOS-Stream-\\\\\\\\d+-[a-z]+'").check(soon()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageNotContaining("did you mean 'CentOS-Stream-\\d");
        assertThatThrownBy(() -> machines(",compose=Fedora-43").check(soon()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("did you mean 'Fedora-42'?");
    }

    @Test
    void checkPassesDuringOutage() throws Exception {
        service().faults(Map.of("path", "whoami", "kind", "status", "status", 503, "count", -1));
        machines("").check(Deadline.after(Duration.ofSeconds(10)));
        assertThat(notices).anyMatch(text -> text.contains("is down since"));
    }

    @Test
    void expiryOfMachineIsKnown() throws Exception {
        try (Provisioner provisioner = provisioner(",timeout=100")) {
            provisioner.provision(1);
            Remote remote = provisioner.remote(soon()).orElseThrow();
            assertThat(remote.expiry().orElseThrow().life()).isEqualTo(Duration.ofMinutes(100));
            assertThat(remote.expiry().orElseThrow().end().remaining())
                    .isBetween(Duration.ofMinutes(90), Duration.ofMinutes(100));
            assertThat(remote.expiry().orElseThrow().reason()).isEqualTo("the machine's 100 minutes were over");
        }
    }
}
