package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in itself over plain HTTP, compared with public facts about the service. */
@Timeout(120)
@Tag("slow")
class StandInTest {
    private static final String OURS = "tf-token-1";
    private static final String OTHERS = "tf-token-2";
    private static final String RESERVE = "https://gitlab.com/testing-farm/tests";

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable StandIn service;

    @AfterEach
    void down() throws Exception {
        client.close();
        if (service != null) {
            service.close();
        }
    }

    private StandIn up(String... more) throws Exception {
        String[] options = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--machine", "root@127.0.0.1", "--share"),
                        java.util.Arrays.stream(more))
                .toArray(String[]::new);
        service = StandIn.start(options);
        return service;
    }

    private StandIn up() throws Exception {
        return up(new String[0]);
    }

    private HttpResponse<String> call(String method, String path, @Nullable String token, @Nullable Object body)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        URI.create(path.startsWith("http") ? path : service.url() + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(body)));
        if (token != null) {
            builder.header("Authorization", "Bearer " + token);
        }
        return client.send(builder.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return call("GET", path, null, null);
    }

    private static Map<?, ?> object(String json) throws Exception {
        return (Map<?, ?>) Json.parse(json);
    }

    private static Map<String, Object> body(Map<String, Object> fmf, Map<String, Object> environment) {
        Map<String, Object> test =
                new HashMap<>(Map.of("url", RESERVE, "ref", "main", "name", "/testing-farm/reserve"));
        test.putAll(fmf);
        Map<String, Object> whole = new HashMap<>(Map.of("arch", "x86_64", "os", Map.of("compose", "Fedora-42")));
        whole.putAll(environment);
        return Map.of("test", Map.of("fmf", test), "environments", List.of(whole));
    }

    private String submit(Map<String, Object> body) throws Exception {
        HttpResponse<String> answer = call("POST", "/v0.1/requests", OURS, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return (String) object(answer.body()).get("id");
    }

    private String submit() throws Exception {
        return submit(body(Map.of(), Map.of()));
    }

    private Map<?, ?> read(String id) throws Exception {
        return object(get("/v0.1/requests/" + id).body());
    }

    private Map<?, ?> until(String id, String state) throws Exception {
        while (true) {
            Map<?, ?> request = read(id);
            if (request.get("state").equals(state)) {
                return request;
            }
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    private int delete(String id, @Nullable String token) throws Exception {
        return call("DELETE", "/v0.1/requests/" + id, token, null).statusCode();
    }

    private static String overall(Map<?, ?> request) {
        return (String) ((Map<?, ?>) request.get("result")).get("overall");
    }

    private static String summary(Map<?, ?> request) {
        return (String) ((Map<?, ?>) request.get("result")).get("summary");
    }

    @Test
    void cancelIsRequestedBeforeItIsDone() throws Exception {
        StandIn farm = up();
        farm.behaviour("cancel", 1000);
        String id = submit();
        until(id, "running");
        HttpResponse<String> answer = call("DELETE", "/v0.1/requests/" + id, OURS, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(object(answer.body()).keySet().stream().map(Object::toString))
                .containsExactlyInAnyOrder("id", "state", "created", "updated");
        assertThat(read(id).get("state")).isEqualTo("cancel-requested");
        assertThat(farm.count("ours")).as("it still has its machine").isEqualTo(1);
        assertThat(delete(id, OURS)).isEqualTo(204);
        farm.die(id, "complete");
        assertThat(delete(id, OURS)).isEqualTo(409);
        farm.behaviour("cancel", 0.1);
        String second = submit();
        assertThat(delete(second, OURS)).isEqualTo(200);
        until(second, "canceled");
        assertThat(farm.rented()).isEmpty();
        assertThat(delete(second, OURS)).isEqualTo(204);
    }

    @Test
    void onlyOwnerMayCancel() throws Exception {
        StandIn farm = up();
        String id = submit();
        assertThat(delete(id, null)).isEqualTo(401);
        assertThat(delete(id, "nonsense")).isEqualTo(401);
        assertThat(call("DELETE", "/v0.1/requests/" + id, "tf-token-0", null).body())
                .contains("Token has expired");
        assertThat(delete(id, OTHERS)).isEqualTo(403);
        assertThat(delete(UUID.randomUUID().toString(), OURS)).isEqualTo(404);
        assertThat(delete("no-uuid", OURS)).isEqualTo(422);
        assertThat(farm.rented()).containsExactly(id);
    }

    @Test
    void readsNeedNoTokenAndTokenNarrowsLists() throws Exception {
        StandIn farm = up();
        String mine = farm.request("ours", Map.of());
        String foreign = farm.request("others", Map.of());
        assertThat(get("/v0.1/requests").body()).contains(mine, foreign);
        assertThat(get("/v0.1/requests?state=running&ranch=public").body()).isEqualTo("null");
        String found = call("GET", "/v0.1/requests?ranch=public", OURS, null).body();
        assertThat(found).as("the token's ranch is meant").contains(mine).doesNotContain(foreign);
        assertThat(call("GET", "/v0.1/requests", "nonsense", null).statusCode()).isEqualTo(401);
        assertThat(get("/v0.1/requests/" + foreign).statusCode()).isEqualTo(200);
        farm.behaviour("foreign_read", 403);
        assertThat(get("/v0.1/requests/" + foreign).statusCode()).isEqualTo(200);
        assertThat(call("GET", "/v0.1/requests/" + foreign, OURS, null).statusCode())
                .isEqualTo(403);
        assertThat(call("GET", "/v0.1/requests/" + mine, OURS, null).statusCode())
                .isEqualTo(200);
        assertThat(get("/v0.2/composes/redhat").body()).contains("\"regex\"", "\"compose\"");
        assertThat(get("/v0.1/requests?user_id=me").statusCode()).isEqualTo(422);
        assertThat(get("/v0.1/nothing").body()).isEqualTo("{\"detail\": \"Not Found\"}");
    }

    @ParameterizedTest
    @CsvSource({"null,200,null", "list,200,[]", "blank,200,''", "none,204,''"})
    void emptyListHasSeveralForms(String empty, int status, String body) throws Exception {
        up().behaviour("empty", empty);
        HttpResponse<String> answer = get("/v0.1/requests?state=queued");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void answerHasAllKeysAndNoSecrets() throws Exception {
        StandIn farm = up();
        farm.behaviour("queued", 1000);
        Map<String, Object> rule = Map.of("type", "ingress", "protocol", "-1", "cidr", "192.0.2.1/32");
        Map<String, Object> provisioning =
                Map.of("tags", Map.of("team", "x"), "security_group_rules_ingress", List.of(rule));
        Map<String, Object> environment = Map.of(
                "secrets", Map.of("KEY", "very-secret"),
                "tmt", Map.of("environment", Map.of("TMT_REBOOT_TIMEOUT", "7200"), "context", Map.of("a", "b")),
                "settings", Map.of("provisioning", provisioning));
        Map<String, Object> whole = new HashMap<>(body(Map.of(), environment));
        whole.put("user", Map.of("webpage", "https://runs.example.com/1"));
        String text = get("/v0.1/requests/" + submit(whole)).body();
        assertThat(text).doesNotContain("very-secret", "7200", "192.0.2.1").contains("\"team\": \"x\"");
        Map<?, ?> request = object(text);
        assertThat(request.keySet().stream().map(Object::toString))
                .contains("notes", "result", "run", "queued_time", "run_time", "settings");
        for (String unset : List.of("notes", "result", "run", "queued_time", "run_time", "settings")) {
            assertThat(request.get(unset)).as(unset).isNull();
        }
        assertThat(request.get("user")).isEqualTo(Map.of("webpage", "https://runs.example.com/1"));
        Map<?, ?> shown = (Map<?, ?>) ((List<?>) request.get("environments_requested")).getFirst();
        assertThat(shown.get("secrets")).isEqualTo("hidden");
        assertThat(shown.keySet().stream().map(Object::toString))
                .contains("pool", "hardware", "kickstart", "artifacts", "variables");
        farm.behaviour("unset", "null");
        String bare = get("/v0.1/requests/" + submit()).body();
        assertThat(bare).contains("\"variables\": null", "\"settings\": null", "\"tmt\": null");
        assertThat(get(service.url() + "/artifacts/" + request.get("id") + "/pipeline.log")
                        .statusCode())
                .as("queued")
                .isEqualTo(404);
    }

    @Test
    void logIsColoredAndShowsProgress() throws Exception {
        StandIn farm = up();
        String id = submit();
        Map<?, ?> running = until(id, "running");
        String files = (String) ((Map<?, ?>) running.get("run")).get("artifacts");
        String log = "";
        while (!log.contains("execute task #1")) {
            log = get(files + "/pipeline.log").body();
        }
        assertThat(log).startsWith("\u001b[32m[");
        assertThat(log)
                .containsSubsequence(
                        "] Guest is being provisioned",
                        "] Guest is ready: ArtemisGuest(",
                        ", root@127.0.0.1, arch=x86_64,compose=Fedora-42,",
                        "[pre-artifact-installation]",
                        "] starting tests execution",
                        "execute task #1");
        String early = get(files + "/results.xml").body();
        assertThat(early).contains("overall-result=\"unknown\"");
        String workdir = early.replaceAll("(?s).*href=\"([^\"]*)\" name=\"workdir\".*", "$1");
        while (!get(workdir + "/log.txt").body().contains("[+] Reservation tick: 1")) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
        farm.die(id, "error", "error", "the pool is on fire");
        assertThat(get(files + "/pipeline.log").body()).contains("the pool is on fire", "Result of testing: ERROR");
        String results = get(files + "/results.xml").body();
        assertThat(results).contains("overall-result=\"error\"", "name=\"workdir\"");
        String other = submit();
        until(other, "running");
        log(other, "begins");
        assertThat(delete(other, OURS)).isEqualTo(200);
        log(other, "Cancelling pipeline");
    }

    private void log(String id, String text) throws Exception {
        while (!get("/artifacts/" + id + "/pipeline.log").body().contains(text)) {
            Thread.sleep(5); // leaves the CPU to the other process
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ref,no-such-branch,Failed to checkout",
        "name,/no/plan,Did not find any plans",
        "path,elsewhere,Unsupported format"
    })
    void missingTestCompletesWithError(String what, String value, String expected) throws Exception {
        StandIn farm = up();
        Map<?, ?> request = until(submit(body(Map.of(what, value), Map.of())), "complete");
        assertThat(overall(request)).isEqualTo("error");
        assertThat(summary(request)).contains(expected);
        assertThat(farm.rented()).isEmpty();
    }

    @Test
    void testWithoutSleepCompletes() throws Exception {
        up();
        Map<?, ?> request = until(submit(body(Map.of("name", "/testing-farm/sanity"), Map.of())), "complete");
        assertThat(overall(request)).isEqualTo("passed");
    }

    @Test
    void requestWithoutPoolEndsInError() throws Exception {
        up();
        Map<String, Map<String, Object>> wanted = Map.of(
                "architecture", Map.of("arch", "m68k"),
                "no pool 'x'", Map.of("pool", "x"),
                "compose 'Fedora-1' is not available", Map.of("os", Map.of("compose", "Fedora-1")),
                "'memroy' is not known", Map.of("hardware", Map.of("memroy", ">= 1 GB")),
                "disk.size: >= 4 TB", Map.of("hardware", Map.of("disk", List.of(Map.of("size", ">= 4 TB")))),
                "cpu.processors",
                        Map.of("hardware", Map.of("and", List.of(Map.of("cpu", Map.of("processors", "> 8"))))));
        for (Map.Entry<String, Map<String, Object>> each : wanted.entrySet()) {
            Map<?, ?> request = until(submit(body(Map.of(), each.getValue())), "error");
            assertThat(overall(request)).isEqualTo("error");
            assertThat(summary(request)).contains(each.getKey());
        }
        Map<String, Object> enough = Map.of(
                "memory",
                ">= 8 GB",
                "or",
                List.of(Map.of("arch", "x"), Map.of("memory", "> 99 TiB")),
                "hostname",
                "~ guest.*");
        until(
                submit(body(Map.of(), Map.of("hardware", enough, "os", Map.of("compose", "CentOS-Stream-9-x")))),
                "running");
    }

    @Test
    void timeoutCountsFromRunningAndEndsInError() throws Exception {
        StandIn farm = up("--minute", "0.02");
        farm.behaviour("ready", 1000); // no machine gets ready
        Map<String, Object> whole = new HashMap<>(body(Map.of(), Map.of()));
        whole.put("settings", Map.of("pipeline", Map.of("timeout", 10)));
        Map<?, ?> request = until(submit(whole), "error");
        assertThat(summary(request)).isEqualTo("the pipeline timed out after 10 minutes");
        assertThat(Double.parseDouble(request.get("run_time").toString())).isBetween(0.2, 100.0);
        assertThat(Double.parseDouble(request.get("queued_time").toString())).isPositive();
    }

    @Test
    void machineThatIsNotReadyInTimeEndsInError() throws Exception {
        service = StandIn.start("--minute", "0.02"); // it has none
        service.behaviour("ready_timeout", 10);
        Map<?, ?> request = until(submit(), "error");
        assertThat(summary(request)).contains("no machine was ready in time");
    }

    @Test
    void reserveTestEndsAfterHalfAnHour() throws Exception {
        up("--minute", "0.01");
        Map<?, ?> request = until(submit(), "complete");
        assertThat(overall(request)).isEqualTo("passed");
        assertThat(Double.parseDouble(request.get("run_time").toString())).isGreaterThan(0.3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void guestThatIsAwayForTenMinutesIsGivenUp(boolean probed) throws Exception {
        service = StandIn.start(
                probed
                        ? new String[] {
                            "--machine", "root@guest.invalid", "--share", "--minute", "0.02", "--probe", "0.02"
                        }
                        : new String[] {"--machine", "root@guest.invalid", "--share", "--minute", "0.02"});
        Map<String, Object> variables = Map.of("TF_RESERVATION_DURATION", "99999");
        Map<String, Object> patient =
                Map.of("variables", variables, "tmt", Map.of("environment", Map.of("TMT_REBOOT_TIMEOUT", "180000")));
        String survives = submit(body(Map.of(), patient));
        String dies = submit(body(Map.of(), Map.of("variables", variables)));
        if (!probed) {
            service.away(survives, true);
            service.away(dies, true);
        }
        Map<?, ?> request = until(dies, "error");
        assertThat(summary(request)).contains("did not come back");
        assertThat(service.rented()).containsExactly(survives);
        service.away(survives, false);
    }

    @ParameterizedTest
    @CsvSource({"404,false", "200,false", "404,true", "200,true"})
    void gatewayPagesHaveNoEffect(int status, boolean done) throws Exception {
        StandIn farm = up();
        String id = farm.request("ours", Map.of());
        farm.faults(
                StandIn.gateway("DELETE", status, done, 1),
                StandIn.gateway("POST", status, done, 1),
                StandIn.gateway("GET", status, done, 1));
        HttpResponse<String> answer = call("DELETE", "/v0.1/requests/" + id, OURS, null);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html");
        assertThat(call("POST", "/v0.1/requests", OURS, body(Map.of(), Map.of()))
                        .body())
                .startsWith("<!DOCTYPE html>");
        assertThat(get("/v0.1/requests/" + id).body()).startsWith("<!DOCTYPE html>");
        assertThat(farm.count("ever")).isEqualTo(done ? 2 : 1);
        assertThat(farm.rented().contains(id)).isEqualTo(!done);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "relative", "loop"})
    void artifactsMayRedirect(String how) throws Exception {
        StandIn farm = up();
        String id = submit();
        log(id, "execute task");
        farm.behaviour("redirect", how);
        HttpResponse<String> answer = get("/artifacts/" + id + "/pipeline.log");
        assertThat(answer.statusCode()).isEqualTo(302);
        URI there = URI.create(farm.url() + "/")
                .resolve(answer.headers().firstValue("Location").orElseThrow());
        assertThat(there.getHost()).isEqualTo(how.equals("host") ? "localhost" : "127.0.0.1");
        assertThat(get(there.toString()).statusCode()).isEqualTo(how.equals("loop") ? 302 : 200);
        assertThat(call("GET", there.toString(), OURS, null).statusCode())
                .as("a token is not for files")
                .isEqualTo(400);
    }

    @Test
    void tlsNeedsCaOfStandIn() throws Exception {
        StandIn farm = up("--tls");
        assertThat(farm.url()).startsWith("https://");
        assertThatThrownBy(() -> get("/v0.1/about")).isInstanceOf(SSLHandshakeException.class);
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null);
        try (InputStream in = Files.newInputStream(farm.ca())) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient told = HttpClient.newBuilder().sslContext(context).build()) {
            about(told, farm);
            Path certificate = farm.ca().resolveSibling("certificate.pem");
            Path key = farm.ca().resolveSibling("key");
            try (StandIn given = StandIn.start("--tls", certificate.toString(), key.toString())) {
                about(told, given);
            }
        }
    }

    private static void about(HttpClient told, StandIn farm) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(farm.url() + "/v0.1/about")).build();
        assertThat(told.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }

    @Test
    void truthFileHasMachineUntilReturned() throws Exception {
        Path truth = directory.resolve("truth");
        StandIn farm = up("--truth", truth.toString());
        String id = submit();
        log(id, "execute task");
        delete(id, OURS);
        until(id, "canceled");
        assertThat(Files.readAllLines(truth).stream().map(line -> line.replaceAll(".*\"event\": \"([^\"]*)\".*", "$1")))
                .containsExactly("made", "rented", "cancel requested", "ended");
        assertThat(farm.rented()).isEmpty();
    }
}
