package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.MachineProgress;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Remote;
import dev.atex.testingfarm.options.Choice;
import dev.atex.testingfarm.options.FarmSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tokens of one user for two ranches: in parallel, and one as a fallback of the other. */
@Timeout(200)
@Tag("slow")
class TwoRanchesTest {
    private static final String ELSEWHERE = "TF_TOKEN_ELSEWHERE";
    private static final String ELSEWHERE_ID = "55555555-5555-4555-8555-555555555555";
    private static final List<List<String>> COMPOSES =
            List.of(List.of("Fedora-42", "compose"), List.of("CentOS-Stream-10", "compose"));

    private static Farm farm;

    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private final List<MachineProgress> progress = Collections.synchronizedList(new ArrayList<>());
    /** The entries of the ledger by lease. */
    private final Map<String, Map<String, String>> located = Collections.synchronizedMap(new HashMap<>());

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(2).withKey(); // the usual token is for the redhat ranch, the other one for the public one
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
        service().behaviour("errors", 0);
        service().behaviour("composes", COMPOSES);
        service().assertClean("at the end");
    }

    private static StandIn service() {
        return farm.service();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private LeaseLog log() {
        return (kind, locator) -> {
            Lease lease = LeaseLog.unrecorded().intend(kind, locator);
            Map<String, String> known = Collections.synchronizedMap(new HashMap<>(locator));
            located.put(lease.id(), known);
            return new Lease() {
                @Override
                public String id() {
                    return lease.id();
                }

                @Override
                public void have(Map<String, String> more) {
                    known.putAll(more);
                }

                @Override
                public void releasing() {}

                @Override
                public void gone() {}
            };
        };
    }

    private static ProvisionerSpec spec(String more) throws InvalidOptionException {
        return ProvisionerSpec.parse("testingfarm,compose=Fedora-42,poll=50ms,retry-pause=20ms,settle=300ms,"
                + "address=192.0.2.7,max=1,key=" + farm.key() + ",url="
                + service().url() + more);
    }

    private Provisioner started(String more) throws Exception {
        Provisioner provisioner = new TestingFarmProvisionerFactory()
                .create(spec(more), new ProvisionerContext("run", log(), notices::add), StandIn.TWO_RANCHES);
        provisioner.onProgress(progress::add);
        provisioner.check(soon());
        provisioner.start();
        return provisioner;
    }

    private static String ranch(Object rented) {
        return ((Map<?, ?>) rented).get("ranch").toString();
    }

    private static List<String> rentedRanches() throws Exception {
        return ((List<?>) service().truth().get("rented"))
                .stream().map(TwoRanchesTest::ranch).sorted().toList();
    }

    /** Returns the request for the only machine of a ranch. */
    private static String body(String ranch) throws Exception {
        Map<?, ?> truth = service().truth();
        Map<?, ?> rented = ((List<?>) truth.get("rented"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> each.get("ranch").equals(ranch))
                        .findFirst()
                        .orElseThrow();
        return String.valueOf(((Map<?, ?>) truth.get("bodies")).get(rented.get("id")));
    }

    /** Returns the lease of the run with its token in this variable. */
    private LeaseRecord record(String variable) {
        Map.Entry<String, Map<String, String>> one = located.entrySet().stream()
                .filter(each -> each.getValue().get("token-env").equals(variable))
                .reduce((first, second) -> {
                    throw new AssertionError("two leases");
                })
                .orElseThrow();
        return new LeaseRecord(
                one.getKey(), "run", "testingfarm", Map.copyOf(one.getValue()), LeaseState.INTEND, Instant.now());
    }

    @Test
    void eachRanchIsReleasedWithItsToken() throws Exception {
        try (Provisioner usual = started("");
                Provisioner other = started(",token-env=" + ELSEWHERE)) {
            usual.provision(1);
            other.provision(1);
            Remote one = usual.remote(soon()).orElseThrow();
            Remote two = other.remote(soon()).orElseThrow();
            assertThat(rentedRanches()).containsExactly("public", "redhat");
            assertThat(body("public")).contains("security_group_rules_ingress", "192.0.2.7/32");
            assertThat(body("redhat")).doesNotContain("192.0.2.7");
            assertThat(located.toString()).doesNotContain("tf-token");
            assertThat(record(ELSEWHERE).locator()).containsEntry("token-id", ELSEWHERE_ID);

            LeaseRecord lease = record(ELSEWHERE);
            assertThatThrownBy(() -> new TestingFarmReclaimer(StandIn.ENVIRONMENT).release(lease, soon()))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining(ELSEWHERE + ", which is not set here")
                    .hasMessageContaining(ELSEWHERE_ID)
                    .hasMessageContaining("run 'atex reap' again");
            Map<String, String> swapped = Map.of(ELSEWHERE, "tf-token-1");
            assertThatThrownBy(() -> new TestingFarmReclaimer(swapped).release(lease, soon()))
                    .isInstanceOf(LeaseException.class)
                    .hasMessageContaining("403")
                    .hasMessageContaining("the id " + ELSEWHERE_ID + " in " + ELSEWHERE)
                    .hasMessageNotContaining("tf-token");
            assertThat(rentedRanches()).containsExactly("public", "redhat");

            new TestingFarmReclaimer(StandIn.TWO_RANCHES).release(lease, soon());
            service().settled();
            assertThat(rentedRanches()).containsExactly("redhat");
            new TestingFarmReclaimer(StandIn.TWO_RANCHES).release(record("TESTING_FARM_API_TOKEN"), soon());
            service().assertClean("both reaped");
            one.release(soon());
            two.release(soon());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost", "late"})
    void requestWithLostAnswerIsFoundWithTokenOfItsRanch(String kind) throws Exception {
        service().faults(Map.of("method", "POST", "kind", kind, "seconds", 0.2));
        try (Provisioner other = started(",answer=150ms,token-env=" + ELSEWHERE)) {
            other.provision(1);
            while (service().count("ours") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            LeaseRecord lease = record(ELSEWHERE);
            TestingFarmReclaimer reclaimer = new TestingFarmReclaimer(StandIn.TWO_RANCHES);
            assertThat(reclaimer.find(
                            new LeaseRecord(
                                    lease.id(),
                                    "run",
                                    "testingfarm",
                                    without(lease.locator()),
                                    LeaseState.INTEND,
                                    Instant.now()),
                            soon()))
                    .isPresent();
            Remote _ = other.remote(soon()).orElseThrow();
        }
    }

    /** Returns the lease before the answer. */
    private static Map<String, String> without(Map<String, String> locator) {
        Map<String, String> before = new HashMap<>(locator);
        before.remove("request");
        return before;
    }

    @Test
    void otherRanchIsUsedWhenFirstHasNoMachine() throws Exception {
        service().behaviour("errors", 1);
        try (Provisioner both = started(",token-env=TESTING_FARM_API_TOKEN|" + ELSEWHERE)) {
            both.provision(1);
            Remote remote = both.remote(soon()).orElseThrow();
            assertThat(notices)
                    .anyMatch(text ->
                            text.contains("Requested instead: Fedora-42 on x86_64 with the token in " + ELSEWHERE));
            assertThat(rentedRanches()).containsExactly("public");
            assertThat(progress.getLast().facts()).containsEntry("ranch", "public");
            assertThat(progress.getFirst().facts()).containsEntry("ranch", "redhat");
            remote.release(soon());
        }
    }

    @Test
    void otherRanchIsUsedWhenFirstLacksCompose() throws Exception {
        service()
                .behaviour(
                        "composes", List.of(List.of("Fedora-42", "compose", "public"), List.of("RHEL-10", "compose")));
        int before = service().count("ever");
        try (Provisioner both = started(",token-env=TESTING_FARM_API_TOKEN|" + ELSEWHERE)) {
            assertThat(notices)
                    .singleElement()
                    .asString()
                    .contains("the ranch 'redhat' has no compose 'Fedora-42'", "The other alternatives are used");
            both.provision(1);
            Remote remote = both.remote(soon()).orElseThrow();
            assertThat(rentedRanches()).containsExactly("public");
            remote.release(soon());
        }
        assertThat(service().count("ever") - before).isEqualTo(1);
        assertThatThrownBy(() -> started("")).hasMessageContaining("the ranch 'redhat' has no compose 'Fedora-42'");
    }

    @Test
    void fallbackOrderIsPoolRanchArchitecture() throws Exception {
        assertThat(FarmSettings.of(spec(",arch=x86_64|aarch64,pool=p|q,token-env=A|B"))
                        .wish()
                        .choices())
                .extracting(Choice::toString)
                .containsExactly(
                        "Fedora-42 on x86_64 with the token in A from the pool p",
                        "Fedora-42 on x86_64 with the token in A from the pool q",
                        "Fedora-42 on x86_64 with the token in B from the pool p",
                        "Fedora-42 on x86_64 with the token in B from the pool q",
                        "Fedora-42 on aarch64 with the token in A from the pool p",
                        "Fedora-42 on aarch64 with the token in A from the pool q",
                        "Fedora-42 on aarch64 with the token in B from the pool p",
                        "Fedora-42 on aarch64 with the token in B from the pool q");
    }

    @Test
    void errorsNameVariableAndNotToken() throws Exception {
        assertThatThrownBy(() -> started(",token-env=NOT_THERE"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("there is no token")
                .hasMessageContaining("NOT_THERE");
        assertThatThrownBy(() -> started(",token-env=TESTING_FARM_API_TOKEN|NOT_THERE"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("NOT_THERE");
        assertThatThrownBy(() -> started(",token-env=0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11"))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("option 'token-env'")
                .hasMessageContaining("the name of the environment variable")
                .hasMessageNotContaining("0b7a1c9e");
        Provisioner wrong = new TestingFarmProvisionerFactory()
                .create(
                        spec(",token-env=" + ELSEWHERE),
                        new ProvisionerContext("run", log(), notices::add),
                        Map.of("TESTING_FARM_API_TOKEN", "tf-token-1", ELSEWHERE, "s3cr3t"));
        assertThatThrownBy(() -> wrong.check(soon()))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("does not accept the token in " + ELSEWHERE)
                .hasMessageNotContaining("s3cr3t");
    }
}
