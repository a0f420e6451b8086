package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.internal.json.Json;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.Pace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The stand-in for the service, {@code tools/testing-farm/service}, in a separate process. */
public final class StandIn implements AutoCloseable {
    /** The environment of its one user. */
    public static final Map<String, String> ENVIRONMENT = Map.of("TESTING_FARM_API_TOKEN", "tf-token-1");

    /** The environment of the same user with a second token, for the other ranch. */
    public static final Map<String, String> TWO_RANCHES =
            Map.of("TESTING_FARM_API_TOKEN", "tf-token-1", "TF_TOKEN_ELSEWHERE", "tf-token-3");

    private final Process process;
    private final String url;
    private final String control;
    private final Optional<Path> ca;
    private final HttpClient client = HttpClient.newHttpClient();

    private StandIn(Process process, String url, String control, Optional<Path> ca) {
        this.process = process;
        this.url = url;
        this.control = control;
        this.ca = ca;
    }

    static Path tool(String name) {
        Path here = Path.of("").toAbsolutePath();
        return (Files.exists(here.resolve("atex")) ? here : here.getParent())
                .resolve("tools")
                .resolve(name);
    }

    /** Starts it with these options; skips the test if it cannot run. */
    public static StandIn start(String... options) throws IOException, InterruptedException {
        Path program = tool("testing-farm/service");
        List<String> command = new ArrayList<>(List.of("python3", program.toString()));
        command.addAll(List.of(options));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "the stand-in for Testing Farm needs python3: " + e.getMessage());
            throw e;
        }
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        assumeTrue(line != null, "the stand-in for Testing Farm did not start: is python3 whole?");
        String[] urls = line.split(" ");
        return new StandIn(
                process, urls[0], urls[1], urls.length > 2 ? Optional.of(Path.of(urls[2])) : Optional.empty());
    }

    /** Returns the URL of the service, without {@code /v0.1}. */
    public String url() {
        return url;
    }

    /** Returns the URL of the control port. */
    String control() {
        return control;
    }

    /** Returns the certificate of its CA, if started with {@code --tls}. */
    public Path ca() {
        return ca.orElseThrow();
    }

    public Endpoint endpoint() {
        return Endpoint.of(ENVIRONMENT, Optional.of(url));
    }

    /** Returns endpoints for a provisioner, one for each token. */
    public List<Endpoint> endpoints() {
        return List.of(endpoint());
    }

    /** Returns short intervals, for fast tests. */
    public static Pace pace() {
        return Pace.usual()
                .withPoll(Duration.ofMillis(50))
                .withFirstPause(Duration.ofMillis(20))
                .withSettle(Duration.ofMillis(700));
    }

    /** Sets the next faults, in the format of the stand-in. */
    @SafeVarargs
    @SuppressWarnings("varargs") // of immutable maps
    public final void faults(Map<String, Object>... rules) throws IOException, InterruptedException {
        control(
                "PUT",
                "/faults",
                java.util.Arrays.stream(rules)
                        .map(rule -> {
                            Map<String, Object> copy = new java.util.LinkedHashMap<>(rule);
                            copy.replaceAll((_, value) -> json(value));
                            return copy;
                        })
                        .toList());
    }

    private static Object json(Object value) {
        return value instanceof Double number ? new dev.atex.internal.json.JsonNumber(number.toString()) : value;
    }

    public void behaviour(String name, Object value) throws IOException, InterruptedException {
        control("PUT", "/behaviour", Map.of(name, json(value)));
    }

    /** Answers the next calls of this method with a gateway page, with or without processing them. */
    public static Map<String, Object> gateway(String method, int status, boolean done, int count) {
        return Map.of("kind", "gateway", "method", method, "status", status, "done", done, "count", count);
    }

    /** Submits a request of another user or of ours, and waits until it is running. */
    public String request(String owner, Map<String, String> tags) throws IOException, InterruptedException {
        return (String) control("POST", "/requests", Map.of("token", owner, "tags", tags))
                .get("id");
    }

    public void die(String id, String state) throws IOException, InterruptedException {
        control("POST", "/die", Map.of("id", id, "state", state));
    }

    /** Ends a request with this summary. */
    public void die(String id, String state, String overall, String summary) throws IOException, InterruptedException {
        control("POST", "/die", Map.of("id", id, "state", state, "overall", overall, "summary", summary));
    }

    /** Makes the guest of a request unreachable, or reachable again. */
    public void away(String id, boolean away) throws IOException, InterruptedException {
        control("POST", "/away", Map.of("id", id, "away", away));
    }

    /** Appends to the log of a request. */
    public void log(String id, String text) throws IOException, InterruptedException {
        control("POST", "/log", Map.of("id", id, "text", text));
    }

    public void grow(String id, int bytes) throws IOException, InterruptedException {
        control("POST", "/log", Map.of("id", id, "bytes", bytes));
    }

    /** Forgets what happened to requests of others. */
    public void forgive() throws IOException, InterruptedException {
        control("POST", "/forgive", null);
    }

    public Map<?, ?> truth() throws IOException, InterruptedException {
        return control("GET", "/truth", null);
    }

    /** Returns a number of the truth. */
    public int count(String name) throws IOException, InterruptedException {
        return number(truth().get(name));
    }

    private static int number(Object value) {
        return Integer.parseInt(value.toString());
    }

    /** Waits for requested cancellations; returns the truth. */
    public Map<?, ?> settled() throws IOException, InterruptedException {
        return control("GET", "/settled", null);
    }

    /** Returns the true state of a request. */
    public String state(String id) throws IOException, InterruptedException {
        return (String) ((Map<?, ?>) truth().get("states")).get(id);
    }

    /** Waits for requested cancellations; returns the ids of our rented machines. */
    public List<String> rented() throws IOException, InterruptedException {
        return ((List<?>) settled().get("rented"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> each.get("owner").equals("ours"))
                        .map(each -> (String) each.get("id"))
                        .toList();
    }

    /** Asserts that we rent nothing, and that no request of others was touched. */
    public void assertClean(String what) throws IOException, InterruptedException {
        assertThat(rented()).as(what).isEmpty();
        assertThat((List<?>) truth().get("foreign_touched")).as(what).isEmpty();
    }

    private Map<?, ?> control(String method, String path, Object value) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(control + path))
                .method(method, value == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.write(value)))
                .build();
        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
        try {
            assertThat(answer.statusCode()).isEqualTo(200);
            return (Map<?, ?>) Json.parse(answer.body());
        } catch (dev.atex.internal.json.JsonException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        client.close();
        process.getOutputStream().close();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
}
