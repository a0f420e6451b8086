package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.KeyFiles;
import dev.atex.internal.json.Json;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.StandIn;
import dev.atex.testingfarm.TestingFarms;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Calls and answers of client and stand-in match {@code openapi.yaml}. */
@Timeout(120)
@Tag("slow")
class ApiDescriptionTest {
    @TempDir
    private Path directory;

    private final Map<?, ?> description = description();
    private final Set<String> met = new HashSet<>();

    private static Map<?, ?> description() {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.exists(here.resolve("atex")) ? here : here.getParent();
        try {
            return (Map<?, ?>) new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(root.resolve("tools/testing-farm/openapi.yaml")));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    @Test
    void callsAndAnswersMatchApiDescription() throws Exception {
        Path traffic = directory.resolve("traffic");
        try (StandIn service = StandIn.start(
                "--machine", "root@127.0.0.1", "--share", "--ranch", "public", "--traffic", traffic.toString())) {
            talk(service);
        }
        for (String line : Files.readAllLines(traffic)) {
            check((Map<?, ?>) Json.parse(line));
        }
        assertThat(met)
                .contains(
                        "get /v0.1/about 200",
                        "get /v0.1/whoami 200",
                        "get /v0.1/whoami 401",
                        "get /v0.2/composes/{ranch} 200",
                        "post /v0.1/requests 200",
                        "post /v0.1/requests 401",
                        "post /v0.1/requests 403",
                        "get /v0.1/requests 200",
                        "get /v0.1/requests 204",
                        "get /v0.1/requests 401",
                        "get /v0.1/requests 422",
                        "get /v0.1/requests/{id} 200",
                        "get /v0.1/requests/{id} 404",
                        "get /v0.1/requests/{id} 422",
                        "delete /v0.1/requests/{id} 200",
                        "delete /v0.1/requests/{id} 204",
                        "delete /v0.1/requests/{id} 401",
                        "delete /v0.1/requests/{id} 403",
                        "delete /v0.1/requests/{id} 404",
                        "delete /v0.1/requests/{id} 409",
                        "delete /v0.1/requests/{id} 422");
    }

    /** Makes every call, most of them by an aborted reservation. */
    private void talk(StandIn service) throws Exception {
        Path key = directory.resolve("id_x");
        KeyFiles.generate(key);
        String options =
                ",compose=Fedora-42,poll=50ms,settle=0s,address=192.0.2.1,pool=fedora-aws,kickstart=a=b,variables=c=d,"
                        + "artifacts=t:1,tags=e=f,skip-guest-setup,hardware='{\"memory\":\">= 4 GB\"}',key=" + key;
        try (Provisioner provisioner = TestingFarms.create(
                service,
                ProvisionerSpec.parse("testingfarm" + options),
                new ProvisionerContext("run", LeaseLog.unrecorded()))) {
            provisioner.start();
            provisioner.provision(1);
            while (service.count("machines") == 0) {
                Thread.sleep(5); // leaves the CPU to the other process
            }
        }
        try (TestingFarm farm = new TestingFarm(service.endpoint(), StandIn.pace(), _ -> {})) {
            farm.about(soon());
            Identity me = farm.whoami(soon());
            String id = service.request("ours", Map.of("a", "b"));
            Search all = Search.own("running", me).ofRanch("public");
            farm.search(
                    all.between(Optional.of(Instant.now().minus(Duration.ofDays(2))), Optional.of(Instant.now())),
                    soon());
            assertThat(farm.search(all, soon())).hasSize(1);
            for (String nothing : List.of("null", "list", "none")) {
                service.behaviour("empty", nothing);
                assertThat(farm.search(Search.of("queued"), soon())).as(nothing).isEmpty();
            }
            service.behaviour("cancel", 1000); // both are asked for, none is done
            farm.cancel(id, soon());
            farm.cancel(id, soon());
            String ended = service.request("ours", Map.of());
            service.die(ended, "complete");
            farm.cancel(ended, soon());
            String foreign = service.request("others", Map.of());
            expectFailure(() -> farm.cancel(foreign, soon()));
            String unknown = java.util.UUID.randomUUID().toString();
            expectFailure(() -> farm.request(unknown, soon()));
            farm.cancel(unknown, soon());
            refusals(service);
            service.behaviour("quota", 0);
            Map<String, Object> body = new LinkedHashMap<>();
            Map<?, ?> bodies = (Map<?, ?>) service.truth().get("bodies");
            ((Map<?, ?>) bodies.values().iterator().next()).forEach((name, value) -> body.put((String) name, value));
            expectFailure(() -> farm.submission(body, _ -> Optional.empty()).submit(soon()));
        }
        Endpoint nobody = Endpoint.of(Map.of(), Optional.of(service.url()));
        try (TestingFarm farm = new TestingFarm(nobody, StandIn.pace(), _ -> {})) {
            expectFailure(() -> farm.whoami(soon()));
            assertThat(farm.search(Search.of("running"), soon())).isNotEmpty();
        }
    }

    /** Calls of a wrong client. */
    private static void refusals(StandIn service) throws Exception {
        String path = "/v0.1/requests/";
        ask(service, "GET", path + "no-uuid", "tf-token-1", "");
        ask(service, "DELETE", path + "no-uuid", "tf-token-1", "");
        ask(service, "DELETE", path + java.util.UUID.randomUUID(), "nonsense", "");
        ask(service, "GET", "/v0.1/requests", "tf-token-0", "");
        ask(service, "GET", "/v0.1/requests?created_after=yesterday", "tf-token-1", "");
        Map<?, ?> bodies = (Map<?, ?>) service.truth().get("bodies");
        ask(
                service,
                "POST",
                "/v0.1/requests",
                "tf-token-0",
                Json.write(bodies.values().iterator().next()));
    }

    private static void ask(StandIn service, String method, String path, String token, String body) throws Exception {
        java.net.http.HttpRequest request = java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create(service.url() + path))
                .headers("Authorization", "Bearer " + token, "Content-Type", "application/json")
                .method(method, java.net.http.HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient()) {
            client.send(request, java.net.http.HttpResponse.BodyHandlers.discarding());
        }
    }

    private static void expectFailure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        org.assertj.core.api.Assertions.assertThatThrownBy(call).isInstanceOf(ApiException.class);
    }

    private void check(Map<?, ?> exchange) throws Exception {
        String url = (String) exchange.get("url");
        String path = url.split("\\?")[0];
        if (path.startsWith("/artifacts/")) {
            assertThat(exchange.get("authorized")).isEqualTo(false);
            return;
        }
        String template = template(path);
        String method = exchange.get("method").toString().toLowerCase(java.util.Locale.ROOT);
        Map<?, ?> operation =
                (Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) description.get("paths")).get(template)).get(method);
        String status = exchange.get("status").toString();
        String what = method + " " + template + " " + status;
        met.add(what);
        assertThat(operation).as(what).isNotNull();
        boolean wrong = List.of("400", "422").contains(status); // the call is
        if (!wrong) {
            query(what, operation, url);
        }
        Map<?, ?> body = (Map<?, ?>) operation.get("requestBody");
        if (wrong) {
            assertThat(exchange.get("type")).as(what).isEqualTo("application/json");
        } else if (body == null) {
            assertThat(exchange.get("request")).as(what).isEqualTo("");
        } else {
            assertThat(exchange.get("request_type")).as(what).isEqualTo("application/json");
            validate(what, schema(body), exchange.get("request").toString());
        }
        Map<?, ?> answer = (Map<?, ?>) ((Map<?, ?>) operation.get("responses")).get(status);
        assertThat(answer).as(what).isNotNull();
        if (answer.containsKey("content")) {
            validate(what, schema(answer), exchange.get("answer").toString());
        }
    }

    private String template(String path) {
        for (Object each : ((Map<?, ?>) description.get("paths")).keySet()) {
            if (path.matches(each.toString().replaceAll("\\{[^}]*}", "[^/]+"))) {
                return each.toString();
            }
        }
        throw new AssertionError(path + " is not described");
    }

    private void query(String what, Map<?, ?> operation, String url) {
        Map<String, String> given = new LinkedHashMap<>();
        if (url.contains("?")) {
            for (String pair : url.substring(url.indexOf('?') + 1).split("&")) {
                String[] parts = pair.split("=", 2);
                given.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        List<String> known = new ArrayList<>();
        for (Object each : operation.get("parameters") instanceof List<?> list ? list : List.of()) {
            Map<?, ?> parameter = (Map<?, ?>) each;
            String name = (String) parameter.get("name");
            known.add(name);
            if (given.containsKey(name)) {
                validate(what + " " + name, (Map<?, ?>) parameter.get("schema"), Json.write(given.get(name)));
            } else {
                assertThat(parameter.get("required")).as(what + " " + name).isNull();
            }
        }
        assertThat(known).as(what).containsAll(given.keySet());
    }

    private static Map<?, ?> schema(Map<?, ?> holder) {
        Map<?, ?> content = (Map<?, ?>) holder.get("content");
        return (Map<?, ?>) ((Map<?, ?>) content.get("application/json")).get("schema");
    }

    /** Returns a schema of the description with its components, as a JSON Schema document. */
    private void validate(String what, Map<?, ?> schema, String json) {
        Map<Object, Object> document = new LinkedHashMap<>(schema);
        document.put("components", description.get("components"));
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Json.write(document), InputFormat.JSON);
        assertThat(compiled.validate(json, InputFormat.JSON))
                .as(what + ": " + json)
                .isEmpty();
    }
}
