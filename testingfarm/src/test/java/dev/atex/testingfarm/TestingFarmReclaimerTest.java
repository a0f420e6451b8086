package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.TestingFarm;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of dead runs, with a service that finds nothing or answers with gateway pages. */
@Timeout(120)
@Tag("slow")
class TestingFarmReclaimerTest {
    private static final String LEASE = "lease-of-test";

    private final TestingFarmReclaimer reclaimer = new TestingFarmReclaimer(StandIn.ENVIRONMENT);
    private StandIn service;
    private String foreign;

    private void start(String... more) throws Exception {
        List<String> options = new java.util.ArrayList<>(List.of("--machine", "root@nowhere", "--share"));
        options.addAll(List.of(more));
        service = StandIn.start(options.toArray(String[]::new));
        foreign = service.request("others", Map.of("atex-lease", "not-ours"));
    }

    @AfterEach
    void stop() throws Exception {
        if (service != null) {
            service.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private LeaseRecord lease(String url, Map<String, String> more) {
        Map<String, String> locator = new HashMap<>(Map.of(
                "url",
                url,
                "token-id",
                "11111111-1111-4111-8111-111111111111",
                "user-id",
                "22222222-2222-4222-8222-222222222222",
                "settle",
                "100",
                "retry-pause",
                "20"));
        locator.putAll(more);
        return new LeaseRecord(LEASE, "run", "testingfarm", locator, LeaseState.INTEND, Instant.now());
    }

    private LeaseRecord lease(Map<String, String> more) {
        return lease(service.url(), more);
    }

    private void nothingIsLeft() throws Exception {
        service.assertClean("after reaping");
        assertThat(service.state(foreign)).isEqualTo("running");
    }

    /** With and without a request of ours: empty answers have several forms. */
    @ParameterizedTest
    @CsvSource({
        "null,true",
        "list,true",
        "blank,true",
        "none,true",
        "null,false",
        "list,false",
        "blank,false",
        "none,false"
    })
    void requestWithLostAnswerIsFoundByTag(String empty, boolean wasMade) throws Exception {
        start();
        service.behaviour("empty", empty);
        if (wasMade) {
            service.request("ours", Map.of("atex-lease", LEASE));
        }
        LeaseRecord lease = lease(Map.of());
        assertThat(reclaimer.find(lease, soon()).isPresent()).isEqualTo(wasMade);
        reclaimer.release(lease, soon());
        assertThat(reclaimer.find(lease, soon())).isEmpty();
        reclaimer.release(lease, soon());
        nothingIsLeft();
    }

    /** The forms of old and new ledgers, and of official clients. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/v0.1", "/v0.1/"})
    void urlInLedgerMayHaveVersion(String more) throws Exception {
        start();
        service.request("ours", Map.of("atex-lease", LEASE));
        reclaimer.release(lease(service.url() + more, Map.of()), soon());
        nothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({"GET,404", "GET,200", "DELETE,404", "DELETE,200", "DELETE,409", "DELETE,403"})
    void pageOfGatewayProvesNoAbsence(String method, int status) throws Exception {
        start();
        String id = service.request("ours", Map.of("atex-lease", LEASE));
        service.faults(StandIn.gateway(method, status, false, 2));
        reclaimer.release(lease(Map.of("request", id)), soon());
        nothingIsLeft();
        String other = service.request("ours", Map.of("atex-lease", LEASE));
        service.faults(StandIn.gateway(method, status, false, 2));
        reclaimer.release(lease(Map.of()), soon());
        nothingIsLeft();
        assertThat(service.state(other)).isEqualTo("canceled");
    }

    @Test
    void unknownRequestIsGone() throws Exception {
        start();
        LeaseRecord lease = lease(Map.of("request", "00000000-0000-4000-8000-000000000000"));
        assertThat(reclaimer.find(lease, soon())).isEmpty();
        reclaimer.release(lease, soon());
    }

    /** The service lists requests of the token only: an empty list proves nothing for a lease with another token. */
    @Test
    void requestIsFoundWithOtherToken() throws Exception {
        start();
        String id = service.request("ours", Map.of("atex-lease", LEASE));
        TestingFarmReclaimer other = new TestingFarmReclaimer(Map.of("TESTING_FARM_API_TOKEN", "tf-token-2"));
        assertThat(other.find(lease(Map.of()), soon()))
                .hasValueSatisfying(text -> assertThat(text).contains(id));
        assertThatThrownBy(() -> other.release(lease(Map.of()), soon()))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("not yours");
        reclaimer.release(lease(Map.of()), soon());
    }

    /** A run had the authority from its option or environment; the reaper has another environment. */
    @Test
    void authoritiesOfRunAreInLedger() throws Exception {
        start("--tls");
        service.request("ours", Map.of("atex-lease", LEASE));
        reclaimer.release(lease(Map.of("ca", "/nonexistent:" + service.ca())), soon());
        nothingIsLeft();
    }

    /** A request with a lost answer, found by the run itself. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "list", "blank", "none"})
    void runFindsRequestWithLostAnswer(String empty) throws Exception {
        start();
        service.behaviour("empty", empty);
        Endpoint endpoint = service.endpoint();
        try (TestingFarm farm = new TestingFarm(endpoint, StandIn.pace(), _ -> {})) {
            TaggedRequests ours = new TaggedRequests(
                    farm, farm.whoami(soon()).tokenId(), farm.whoami(soon()).userId(), LEASE, Instant.now());
            service.faults(Map.of("method", "POST", "kind", "status", "status", 502));
            Map<String, Object> environment = Map.of(
                    "arch",
                    "x86_64",
                    "os",
                    Map.of("compose", "Fedora-42"),
                    "settings",
                    Map.of("provisioning", Map.of("tags", Map.of("atex-lease", LEASE))));
            FarmRequest made = farm.submission(
                            Map.of("test", Map.of("fmf", Map.of("url", "u")), "environments", List.of(environment)),
                            ours::first)
                    .submit(soon());
            assertThat(service.rented()).containsExactly(made.id());
            assertThat(ours.cancelAllBut(Optional.empty(), Duration.ZERO, soon()))
                    .isTrue();
        }
        nothingIsLeft();
    }
}
