package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.testingfarm.StandIn;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client with the stand-in, which answers correctly, wrongly or not at all. */
@Timeout(120)
@Tag("slow")
class TestingFarmTest {
    private final List<String> notices = Collections.synchronizedList(new ArrayList<>());
    private StandIn service;
    private TestingFarm farm;

    @BeforeEach
    void start() throws Exception {
        service = StandIn.start("--machine", "root@nowhere", "--share");
        farm = client(StandIn.pace());
    }

    private TestingFarm client(Pace pace) {
        return new TestingFarm(service.endpoint(), pace, notices::add);
    }

    @AfterEach
    void stop() throws Exception {
        farm.close();
        service.close();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    static Map<String, Object> body(String lease) {
        Map<String, Object> environment = Map.of(
                "arch",
                "x86_64",
                "os",
                Map.of("compose", "Fedora-42"),
                "settings",
                Map.of("provisioning", Map.of("tags", Map.of("atex-lease", lease))));
        return Map.of("test", Map.of("fmf", Map.of("url", "u")), "environments", List.of(environment));
    }

    private Optional<FarmRequest> find(String lease, Deadline deadline) throws ApiException, InterruptedException {
        Identity me = farm.whoami(deadline);
        for (String state : FarmRequest.ALIVE) {
            for (FarmRequest request : farm.search(Search.own(state, me), deadline)) {
                if (request.tag("atex-lease").equals(Optional.of(lease))) {
                    return Optional.of(request);
                }
            }
        }
        return Optional.empty();
    }

    private Submission submission(String lease) {
        return farm.submission(body(lease), deadline -> find(lease, deadline));
    }

    @Test
    void whoamiAboutAndComposesReturnAnswer() throws Exception {
        assertThat(farm.about(soon())).containsKey("version");
        Identity me = farm.whoami(soon());
        assertThat(me.ranch()).isEqualTo("redhat");
        assertThat(farm.composes("public", soon())).contains("Fedora-42");
    }

    /** An expired token is not sent either: the service would refuse it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "tf-token-0"})
    void readsNeedNoToken(String token) throws Exception {
        String id = service.request("others", Map.of());
        Endpoint nobody = Endpoint.of(Map.of("TESTING_FARM_API_TOKEN", token), Optional.of(service.url()));
        try (TestingFarm client = new TestingFarm(nobody, StandIn.pace(), notices::add)) {
            assertThat(client.about(soon())).containsKey("version");
            assertThat(client.composes("public", soon())).contains("Fedora-42");
            assertThat(client.request(id, soon()).isRunning()).isTrue();
            assertThat(client.search(Search.of("running"), soon())).hasSize(1);
            assertThatThrownBy(() -> client.whoami(soon()))
                    .isInstanceOfSatisfying(
                            ApiException.Unauthorized.class,
                            e -> assertThat(e.isUsersMistake()).isTrue())
                    .hasMessageContaining(token.isEmpty() ? "Set the environment variable" : "Token has expired")
                    .hasMessageContaining("TESTING_FARM_API_TOKEN");
        }
    }

    /** With the token the service lists our own requests only. */
    @Test
    void searchFindsAllOrOwnRequests() throws Exception {
        String other = service.request("others", Map.of());
        String own = service.request("ours", Map.of());
        assertThat(farm.search(Search.of("running"), soon()))
                .extracting(FarmRequest::id)
                .containsExactlyInAnyOrder(own, other);
        assertThat(farm.search(Search.of("running").asOwner(true), soon()))
                .extracting(FarmRequest::id)
                .containsExactly(own);
        assertThat(farm.search(Search.own("running", farm.whoami(soon())), soon()))
                .extracting(FarmRequest::id)
                .containsExactly(own);
        assertThat(farm.search(Search.of(""), soon())).hasSize(2);
    }

    /** A service that requires a token for reads. */
    @Test
    void readsAreRepeatedWithTokenWhenRefused() throws Exception {
        String id = service.request("ours", Map.of());
        service.faults(Map.of(
                "method",
                "GET",
                "path",
                "requests/",
                "kind",
                "status",
                "status",
                401,
                "json",
                Map.of("message", "no")));
        assertThat(farm.request(id, soon()).isRunning()).isTrue();
    }

    @Test
    void patternMatchesComposeNames() throws Exception {
        List<Compose> composes = farm.offered("public", soon());
        assertThat(composes).contains(new Compose("Fedora-42", false));
        assertThat(composes).anyMatch(each -> each.isPattern() && each.matches("CentOS-Stream-9-cloud"));
        assertThat(composes).noneMatch(each -> each.matches("CentOS-Stream-\\d+-[a-z]+"));
        assertThat(composes).noneMatch(each -> each.matches("xCentOS-Stream-9-cloud"));
        assertThat(new Compose("[", true).matches("[")).isFalse();
    }

    @Test
    void errorDoesNotShowToken() throws Exception {
        Endpoint wrong = Endpoint.of(Map.of("TESTING_FARM_API_TOKEN", "s3cr3t"), Optional.of(service.url()));
        try (TestingFarm client = new TestingFarm(wrong, StandIn.pace(), notices::add)) {
            assertThatThrownBy(() -> client.whoami(soon()))
                    .isInstanceOf(ApiException.Unauthorized.class)
                    .hasMessageContaining("does not accept the token in")
                    .hasMessageNotContaining("s3cr3t");
        }
        assertThat(wrong.toString()).doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void temporaryErrorsAreRetried(int status) throws Exception {
        service.faults(Map.of("method", "GET", "path", "whoami", "kind", "status", "status", status, "count", 3));
        assertThat(farm.whoami(soon()).ranch()).isEqualTo("redhat");
        assertThat(notices).hasSize(2);
        assertThat(notices.getFirst()).contains("is down since", Integer.toString(status), "retrying until");
        assertThat(notices.getLast()).contains("answers again");
    }

    @Test
    void retryAfterIsObeyed() throws Exception {
        service.faults(Map.of("path", "whoami", "kind", "status", "status", 429, "retry_after", 1));
        long begin = System.nanoTime();
        farm.whoami(soon());
        assertThat(System.nanoTime() - begin)
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void retriesEndAfterPatience() throws Exception {
        service.faults(Map.of("path", "about", "kind", "status", "status", 503, "count", -1));
        try (TestingFarm client = client(StandIn.pace().withPatience(Duration.ofSeconds(10)))) {
            assertThatThrownBy(() -> client.about(soon()))
                    .isInstanceOfSatisfying(
                            ApiException.Unavailable.class,
                            down -> assertThat(down.until()).isAfter(down.since()))
                    .hasMessageContaining("the service is down: it answers 503, since ")
                    .hasMessageContaining("retried until");
        }
    }

    @Test
    void refusedConnectionIsOutage() {
        Endpoint nowhere = new Endpoint(URI.create("http://127.0.0.1:1"), Optional.empty());
        try (TestingFarm client =
                new TestingFarm(nowhere, StandIn.pace().withPatience(Duration.ofSeconds(1)), notices::add)) {
            assertThatThrownBy(() -> client.about(soon()))
                    .isInstanceOf(ApiException.Unavailable.class)
                    .hasMessageContaining("no connection");
        }
    }

    @Test
    void deadlineEndsRetries() throws Exception {
        service.faults(Map.of("path", "about", "kind", "slow", "seconds", 5));
        assertThatThrownBy(() -> farm.about(Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(ApiException.Unavailable.class);
    }

    @Test
    void interruptEndsRetries() throws Exception {
        service.faults(Map.of("path", "about", "kind", "status", "status", 503, "count", -1));
        try (TestingFarm client = client(StandIn.pace().withFirstPause(Duration.ofHours(1)));
                TaskScope scope = TaskScope.open("test")) {
            var asking = scope.fork("ask", () -> client.about(Deadline.never()));
            while (notices.isEmpty()) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            asking.interrupt();
            assertThatThrownBy(() -> asking.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    private TestingFarm hopeless() {
        return client(StandIn.pace().withHopeless(Duration.ofMillis(100)));
    }

    @Test
    void malformedAnswersAreErrors() throws Exception {
        service.faults(Map.of("path", "about", "kind", "malformed", "count", -1));
        try (TestingFarm client = hopeless()) {
            assertThatThrownBy(() -> client.about(soon())).isInstanceOf(ApiException.MalformedAnswer.class);
        }
        service.faults(Map.of("path", "about", "kind", "type", "count", -1));
        try (TestingFarm client = hopeless()) {
            assertThatThrownBy(() -> client.about(soon()))
                    .isInstanceOf(ApiException.NotJsonType.class)
                    .hasMessageContaining("text/html");
        }
        service.faults(Map.of("path", "about", "kind", "status", "status", 418, "count", -1));
        try (TestingFarm client = hopeless()) {
            assertThatThrownBy(() -> client.about(soon()))
                    .isInstanceOfSatisfying(
                            ApiException.UnexpectedStatus.class,
                            e -> assertThat(e.status()).isEqualTo(418));
        }
        service.faults(Map.of("path", "about", "kind", "cut"));
        assertThat(farm.about(soon())).containsKey("version"); // a broken connection, tried again
    }

    /** A gateway page proves nothing, whatever its status. */
    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 404, 409, 422})
    void htmlPageIsRetried(int status) throws Exception {
        String id = service.request("ours", Map.of());
        service.faults(StandIn.gateway("GET", status, false, 3));
        assertThat(farm.request(id, soon()).isRunning()).isTrue();
        assertThat(notices.getFirst()).contains("is down since", Integer.toString(status));
        service.faults(StandIn.gateway("GET", status, false, 3));
        assertThat(farm.search(Search.of("running"), soon())).hasSize(1);
    }

    @Test
    void html404IsOutageAndNotMissingRequest() throws Exception {
        String id = service.request("ours", Map.of());
        service.faults(StandIn.gateway("GET", 404, false, -1));
        try (TestingFarm client = hopeless()) {
            assertThatThrownBy(() -> client.request(id, soon()))
                    .isInstanceOf(ApiException.Unavailable.class)
                    .hasMessageContaining("the service is down: it answers 404 with a page instead of JSON");
        }
        service.faults();
        String unknown = "00000000-0000-4000-8000-000000000000";
        assertThatThrownBy(() -> farm.request(unknown, soon()))
                .isInstanceOfSatisfying(
                        ApiException.UnexpectedStatus.class,
                        e -> assertThat(e.isNoSuchRequest()).isTrue())
                .hasMessageContaining("No such entity");
    }

    @Test
    void validationErrorsAreInMessage() {
        assertThatThrownBy(() -> farm.request("unknown", soon()))
                .isInstanceOfSatisfying(
                        ApiException.UnexpectedStatus.class,
                        e -> assertThat(e.isUsersMistake()).isTrue())
                .hasMessageContaining("422: path.request_id: value is not a valid uuid")
                .hasMessageNotContaining("{");
    }

    @Test
    void exceededQuotaIsRecognized() throws Exception {
        service.behaviour("quota", 0);
        assertThatThrownBy(() -> submission("a").submit(soon()))
                .isInstanceOf(ApiException.QuotaExceeded.class)
                .hasMessageContaining("quota exceeded")
                .hasMessageContaining("atex tf search");
    }

    @Test
    void requestIsReadOncePerInterval() throws Exception {
        FarmRequest submitted = submission("a").submit(soon());
        try (TaskScope scope = TaskScope.open("test")) {
            List<TaskScope.Task<Void>> askers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                askers.add(scope.run("asker", () -> {
                    FarmRequest seen = submitted;
                    for (int n = 0; n < 5; n++) {
                        seen = farm.next(seen, soon());
                        farm.request(submitted.id(), soon());
                    }
                }));
            }
            for (TaskScope.Task<Void> asker : askers) {
                asker.join(soon());
            }
        }
        double gap = Double.parseDouble(service.truth().get("least_gap").toString());
        assertThat(gap).isGreaterThan(0.045);
        assertThat(farm.request(submitted.id(), soon()).isRunning()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost", "malformed", "type", "cut"})
    void requestWithLostAnswerIsAdopted(String kind) throws Exception {
        service.faults(Map.of("method", "POST", "kind", kind));
        Submission submission = submission("a");
        FarmRequest adopted = submission.submit(soon());
        assertThat(service.rented()).containsExactly(adopted.id());
        assertThat(submission.isUncertain()).isTrue();
    }

    @Test
    void failedSubmissionIsRepeated() throws Exception {
        service.faults(Map.of("method", "POST", "kind", "status", "status", 502, "count", 2));
        Submission submission = submission("a");
        submission.submit(soon());
        assertThat(service.rented()).hasSize(1);
        assertThat(submission.isUncertain()).isTrue();
        service.faults(Map.of("method", "POST", "kind", "status", "status", 429, "count", 2));
        Submission second = submission("b");
        second.submit(soon());
        assertThat(second.isUncertain()).isFalse(); // nothing was begun
    }

    @Test
    void interruptedSubmissionIsSettled() throws Exception {
        service.faults(Map.of("method", "POST", "kind", "slow", "seconds", 1));
        Submission submission = submission("a");
        try (TaskScope scope = TaskScope.open("test")) {
            var submitting = scope.fork("submit", () -> submission.submit(Deadline.never()));
            while (service.count("ever") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
            submitting.interrupt();
            assertThat(submitting.awaitEnd(soon())).isTrue();
            assertThat(submission.settle(soon()).map(FarmRequest::id))
                    .hasValue(service.rented().getFirst());
            assertThat(submission.isUncertain()).isFalse();
        }
    }

    @Test
    void cancelNeedsConfirmationOfService() throws Exception {
        String id = submission("a").submit(soon()).id();
        service.faults(Map.of("method", "DELETE", "kind", "lost"));
        farm.cancel(id, soon()); // the second one is answered 204
        service.assertClean("cancelled");
        farm.cancel(id, soon());
        String ended = service.request("ours", Map.of());
        service.die(ended, "complete");
        farm.cancel(ended, soon()); // 409
        farm.cancel("00000000-0000-4000-8000-000000000000", soon()); // 404
        assertThatThrownBy(() -> farm.cancel("unknown", soon())).hasMessageContaining("not a valid uuid");
        String foreign = service.request("others", Map.of());
        assertThatThrownBy(() -> farm.cancel(foreign, soon()))
                .isInstanceOf(ApiException.UnexpectedStatus.class)
                .hasMessageContaining("not yours");
        service.forgive();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 202, 204, 401, 403, 404, 409, 422})
    void htmlPageDoesNotConfirmCancel(int status) throws Exception {
        if (status == 204) {
            return; // has no content that could be a page
        }
        for (boolean done : new boolean[] {false, true}) {
            String id = submission("a").submit(soon()).id();
            service.faults(StandIn.gateway("DELETE", status, done, 2));
            farm.cancel(id, soon());
            assertThat(service.state(id)).isIn("cancel-requested", "canceled");
            service.assertClean("cancelled");
        }
    }

    /** The state in the answer counts, not the status. */
    @Test
    void answerWithLiveStateDoesNotConfirmCancel() throws Exception {
        for (Object json :
                List.of(Map.of("state", "x"), Map.of("id", "other", "state", "canceled"), List.of(), "yes")) {
            String id = submission("a").submit(soon()).id();
            service.faults(Map.of("method", "DELETE", "kind", "status", "status", 200, "json", json, "count", 2));
            farm.cancel(id, soon());
            assertThat(service.state(id)).isIn("cancel-requested", "canceled");
        }
        String id = submission("a").submit(soon()).id();
        service.faults(Map.of(
                "method",
                "DELETE",
                "kind",
                "status",
                "status",
                200,
                "json",
                Map.of("id", id, "state", "running"),
                "count",
                2));
        farm.cancel(id, soon());
        assertThat(service.state(id)).isIn("cancel-requested", "canceled");
    }

    /** A 404 for a wrong path proves nothing about a request. */
    @Test
    void wrongPathDoesNotConfirmCancel() throws Exception {
        String id = submission("a").submit(soon()).id();
        Endpoint beside = Endpoint.of(StandIn.ENVIRONMENT, Optional.of(service.url() + "/beside"));
        try (TestingFarm client = new TestingFarm(beside, StandIn.pace(), notices::add)) {
            assertThatThrownBy(() -> client.cancel(id, soon()))
                    .isInstanceOf(ApiException.UnexpectedStatus.class)
                    .hasMessageContaining("Check that " + service.url() + "/beside is the URL");
        }
        assertThat(service.rented()).containsExactly(id);
        farm.cancel(id, soon());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 404, 422})
    void submissionAnsweredWithPageIsAdoptedOrRepeated(int status) throws Exception {
        for (boolean done : new boolean[] {false, true}) {
            service.faults(StandIn.gateway("POST", status, done, 1));
            Submission submission = submission("page" + status + done);
            FarmRequest adopted = submission.submit(soon());
            assertThat(submission.isUncertain()).isTrue();
            assertThat(service.rented()).containsExactly(adopted.id());
            farm.cancel(adopted.id(), soon());
        }
    }

    @Test
    void every2xxStatusIsSuccess() throws Exception {
        String id = service.request("ours", Map.of());
        for (int status : new int[] {201, 202}) {
            service.faults(Map.of(
                    "method", "POST", "kind", "status", "status", status, "json", Map.of("id", id, "state", "new")));
            assertThat(submission("a").submit(soon()).id()).isEqualTo(id);
        }
        service.faults();
        farm.cancel(id, soon());
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "list", "blank", "none"})
    void emptySearchResultsAreAccepted(String empty) throws Exception {
        service.behaviour("empty", empty);
        assertThat(farm.search(Search.of("queued"), soon())).isEmpty();
        assertThat(farm.search(
                        Search.of("queued")
                                .between(Optional.of(Instant.now().minus(Duration.ofDays(3))), Optional.empty()),
                        soon()))
                .isEmpty();
        service.faults(Map.of("method", "POST", "kind", "status", "status", 502)); // in doubt, and nothing is found
        FarmRequest made = submission("a").submit(soon());
        assertThat(service.rented()).containsExactly(made.id());
    }

    /** 100 MB: the list is parsed as it arrives, and only accepted requests are kept. */
    @Test
    void longAnswersAreRead() throws Exception {
        service.request("ours", Map.of("name", "x".repeat(1_000_000)));
        for (int i = 0; i < 99; i++) {
            service.request("others", Map.of("name", "y".repeat(1_000_000)));
        }
        assertThat(farm.search(
                        Search.of("running"),
                        request -> request.tag("name")
                                .filter(name -> name.startsWith("x"))
                                .isPresent(),
                        soon()))
                .hasSize(1);
    }

    @Test
    void longPeriodsAreSearchedInSlices() throws Exception {
        Instant now = Instant.now();
        Search search = Search.of("running").between(Optional.of(now.minus(Duration.ofDays(3))), Optional.empty());
        assertThat(search.slices(now)).hasSize(4); // a second of each is in two
        service.request("ours", Map.of("a", "b"));
        assertThat(farm.search(search, soon())).singleElement().satisfies(found -> {
            assertThat(found.tag("a")).hasValue("b");
            assertThat(found.isAlive()).isTrue();
        });
    }

    @Test
    void atMostTenConnectionsAreOpen() throws Exception {
        service.behaviour("delay", 0.05);
        try (TaskScope scope = TaskScope.open("test")) {
            List<TaskScope.Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(scope.fork("about", () -> farm.about(soon())));
            }
            for (TaskScope.Task<?> task : tasks) {
                task.join(soon());
            }
        }
        assertThat(service.count("connections")).isBetween(2, 10);
    }

    private FarmRequest running(String lease) throws Exception {
        FarmRequest request = submission(lease).submit(soon());
        while (request.artifacts().isEmpty()) {
            request = farm.next(request, soon());
        }
        return request;
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404})
    void logIsReadFromLastPosition(int missing) throws Exception {
        service.behaviour("no_log", missing);
        service.behaviour("log", 0.3);
        FarmRequest request = running("a");
        PipelineLog log = farm.log(request).orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        assertThat(log.read(read::writeBytes, soon())).isZero();
        while (!read.toString().contains("starting tests execution")) {
            log.read(read::writeBytes, soon());
            request = farm.next(request, soon());
        }
        assertThat(read.toString()).contains("Guest is ready: ArtemisGuest(");
        int before = service.count("log_bytes");
        for (int i = 0; i < 20; i++) {
            service.grow(request.id(), 10_000);
            log.read(read::writeBytes, soon());
        }
        assertThat(log.read(read::writeBytes, soon())).isZero();
        assertThat(service.count("log_bytes") - before).isEqualTo(200_000); // each byte once
        assertThat((long) read.size()).isEqualTo(log.position());
    }

    @Test
    void brokenLogDownloadIsContinued() throws Exception {
        FarmRequest request = running("a");
        PipelineLog log = farm.log(request).orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString().contains("starting")) {
            log.read(read::writeBytes, soon());
        }
        service.grow(request.id(), 100_000);
        service.faults(Map.of("method", "GET", "path", "pipeline.log", "kind", "cut", "count", 2));
        log.read(read::writeBytes, soon());
        service.behaviour("ranges", false);
        service.grow(request.id(), 1_000);
        assertThat(log.read(read::writeBytes, soon())).isEqualTo(1_000);
        assertThat(read.toString().lines().filter(line -> line.startsWith("xxx")))
                .hasSize(1_010)
                .allMatch(line -> line.length() == 99);
    }

    private String readToTheEnd(FarmRequest request) throws Exception {
        PipelineLog log = farm.log(request).orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!read.toString().contains("starting tests execution")) {
            log.read(read::writeBytes, soon());
        }
        return read.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "relative"})
    void redirectedLogIsRead(String where) throws Exception {
        service.behaviour("redirect", where);
        assertThat(readToTheEnd(running("a"))).contains("Guest is ready");
    }

    @Test
    void unsafeRedirectsAreRefused() throws Exception {
        service.behaviour("redirect", "loop");
        FarmRequest request = running("a");
        PipelineLog log = farm.log(request).orElseThrow();
        assertThatThrownBy(() -> {
                    while (true) {
                        log.read(_ -> {}, soon());
                    }
                })
                .isInstanceOf(ApiException.UnexpectedStatus.class)
                .hasMessageContaining("it redirects");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 404})
    void htmlPageIsNotLog(int status) throws Exception {
        FarmRequest request = running("a");
        PipelineLog log = farm.log(request).orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (log.read(read::writeBytes, soon()) == 0) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
        service.faults(Map.of("kind", "gateway", "path", "pipeline.log", "status", status, "count", 2));
        while (!read.toString().contains("starting tests execution")) {
            log.read(read::writeBytes, soon());
        }
        assertThat(read.toString()).doesNotContain("<html>");
        service.faults(Map.of("kind", "gateway", "path", "pipeline.log", "status", status, "count", -1));
        PipelineLog another = farm.log(request).orElseThrow();
        assertThat(another.read(_ -> {}, soon())).isZero();
    }

    /** The request is readable while its files are not. */
    @Test
    void unavailableLogDoesNotBlock() throws Exception {
        FarmRequest request = running("a");
        PipelineLog log = farm.log(request).orElseThrow();
        service.faults(Map.of("path", "pipeline.log", "kind", "status", "status", 503, "count", -1));
        for (int i = 0; i < 3; i++) {
            assertThat(log.read(_ -> {}, Deadline.never())).isZero();
        }
        service.die(request.id(), "error");
        FarmRequest now = request;
        while (now.isAlive()) {
            log.read(_ -> {}, Deadline.never());
            now = farm.next(now, soon());
        }
        assertThat(now.summary()).hasValue("the machine is gone");
        assertThat(notices).hasSize(1);
        assertThat(notices.getFirst()).contains("the files of Testing Farm", "503");
        service.faults();
        assertThat(log.read(_ -> {}, soon())).isPositive();
        assertThat(notices).hasSize(2);
    }

    @Test
    void unavailableLogFailsAfterPatience() throws Exception {
        FarmRequest request = running("a");
        service.faults(Map.of("path", "pipeline.log", "kind", "status", "status", 503, "count", -1));
        try (TestingFarm client = client(StandIn.pace().withPatience(Duration.ofMillis(400)))) {
            PipelineLog log = client.log(request).orElseThrow();
            assertThatThrownBy(() -> {
                        while (true) {
                            log.read(_ -> {}, soon());
                        }
                    })
                    .isInstanceOf(ApiException.Unavailable.class);
        }
    }
}
