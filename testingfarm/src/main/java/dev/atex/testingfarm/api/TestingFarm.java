package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.json.Json;
import dev.atex.json.JsonException;
import dev.atex.text.Cut;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the service's HTTP API. Connection errors and the statuses 408, 429, 500, 502, 503 and 504 are tried again as
 * {@link Pace} says, and as {@code Retry-After} does; all waiting ends by an interrupt. At most ten calls of this process at a
 * time go to one host. Thread-safe.
 */
public final class TestingFarm implements AutoCloseable {
    private static final long LARGEST_ANSWER = 64 << 20;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int SHOWN = 300;

    private final Endpoint endpoint;
    private final Pace pace;
    private final Http http;
    private final Reads reads;
    private final Outage outage;
    private final Outage logOutage;

    /**
     * A client that has not asked anything yet.
     *
     * @param notices told for people when the service is down, and when it answers again; any thread
     */
    public TestingFarm(Endpoint endpoint, Pace pace, Consumer<String> notices) {
        this.endpoint = endpoint;
        this.pace = pace;
        http = Http.open();
        reads = new Reads(pace.poll(), this::read);
        outage = new Outage(notices);
        logOutage = new Outage(notices);
    }

    /** Where the service is. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** How often it is asked. */
    public Pace pace() {
        return pace;
    }

    /** What the service says about itself; needs no token. */
    public Map<String, @Nullable Object> about(Deadline deadline) throws ApiException, InterruptedException {
        return object("GET /v0.1/about", get("/v0.1/about", false, deadline));
    }

    /** Whose the token is. */
    public Identity whoami(Deadline deadline) throws ApiException, InterruptedException {
        String what = "GET /v0.1/whoami";
        Map<String, @Nullable Object> json = object(what, get("/v0.1/whoami", true, deadline));
        return new Identity(
                need(what, json, "token", "id"),
                need(what, json, "token", "ranch"),
                need(what, json, "user", "id"),
                json);
    }

    private static String need(String what, Map<String, @Nullable Object> json, String... path)
            throws ApiException.MalformedAnswer {
        return Fields.text(json, path)
                .orElseThrow(() -> new ApiException.MalformedAnswer(
                        what + ": the answer has no '" + String.join(".", path) + "'"));
    }

    /** Names of the operating systems that a ranch has. */
    public List<String> composes(String ranch, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.2/composes/" + segment(ranch);
        Object list = Fields.at(object("GET " + path, get(path, true, deadline)), "composes")
                .orElse(null);
        if (!(list instanceof List<?> composes)) {
            throw new ApiException.MalformedAnswer("GET " + path + ": the answer has no list 'composes'");
        }
        return composes.stream()
                .flatMap(each -> Fields.text(each, "name").stream())
                .toList();
    }

    /** A request as it was a moment ago: each is read once in {@link Pace#poll} at most, however many ask. */
    public FarmRequest request(String id, Deadline deadline) throws ApiException, InterruptedException {
        return reads.recent(id, deadline);
    }

    /** A request later than {@code seen}: waits until it may be read again. */
    public FarmRequest next(FarmRequest seen, Deadline deadline) throws ApiException, InterruptedException {
        return reads.next(seen, deadline);
    }

    /** Nobody will ask for it again. */
    public void forget(String id) {
        reads.forget(id);
    }

    private FarmRequest read(String id, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.1/requests/" + segment(id);
        return asRequest("GET " + path, json("GET " + path, get(path, true, deadline)));
    }

    private static FarmRequest asRequest(String what, @Nullable Object json) throws ApiException.MalformedAnswer {
        return FarmRequest.of(json)
                .orElseThrow(() -> new ApiException.MalformedAnswer(what + ": the answer has no 'id' and 'state'"));
    }

    /** A POST that is begun by {@link Submission#submit}. */
    public Submission submission(Map<String, @Nullable Object> body, Submission.Finder finder) {
        return new Submission(this, body, finder);
    }

    /** Sends a request once; the call goes on when nobody waits for it. */
    Call<byte[]> post(Map<String, @Nullable Object> body, Deadline turn) throws IOException, InterruptedException {
        HttpRequest request = builder(endpoint.path("/v0.1/requests"), true)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build();
        return http.start(request, bytes(), turn);
    }

    FarmRequest submitted(HttpResponse<byte[]> answer) throws ApiException {
        FarmRequest request = asRequest("POST /v0.1/requests", json("POST /v0.1/requests", answer));
        reads.put(request);
        return request;
    }

    /** Those that match, the oldest first as far as the service orders them; long times are asked for in parts. */
    public List<FarmRequest> search(Search search, Deadline deadline) throws ApiException, InterruptedException {
        Map<String, FarmRequest> found = new LinkedHashMap<>();
        for (Search slice : search.slices(Instant.now())) {
            String path = "/v0.1/requests" + slice.query();
            HttpResponse<byte[]> answer = get(path, true, deadline);
            if (answer.statusCode() == NO_CONTENT || (answer.statusCode() == OK && answer.body().length == 0)) {
                continue;
            }
            Object json = json("GET " + path, answer);
            if (!(json instanceof List<?> list)) {
                throw new ApiException.MalformedAnswer("GET " + path + ": the answer is not a list");
            }
            for (Object each : list) {
                FarmRequest request = asRequest("GET " + path, each);
                found.put(request.id(), request);
            }
        }
        return new ArrayList<>(found.values());
    }

    /**
     * Cancels a request, and returns when that is certain: the service said so, or it is in none of the states in which it
     * could have a machine.
     */
    public void cancel(String id, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.1/requests/" + segment(id);
        HttpRequest request = builder(endpoint.path(path), true).DELETE().build();
        HttpResponse<byte[]> answer = send("DELETE " + path, request, bytes(), outage, deadline);
        boolean done = switch (answer.statusCode()) {
            case OK, ACCEPTED, NO_CONTENT, NOT_FOUND -> true;
            case UNAUTHORIZED, FORBIDDEN -> false;
            default -> !reads.after(id, System.nanoTime(), deadline).isAlive();
        };
        if (!done) {
            throw failure("DELETE " + path, answer);
        }
        reads.forget(id);
    }

    /** The log of a request, from its beginning; empty as long as nobody knows where it will be. */
    public Optional<PipelineLog> log(FarmRequest request) throws ApiException.MalformedAnswer {
        Optional<String> artifacts = request.artifacts();
        if (artifacts.isEmpty()) {
            return Optional.empty();
        }
        String text = artifacts.get();
        try {
            URI uri = URI.create(text + (text.endsWith("/") ? "" : "/") + "pipeline.log");
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                return Optional.of(new PipelineLog(this, uri));
            }
            throw new ApiException.MalformedAnswer("request " + request.id() + ": its artifacts are nowhere: " + text);
        } catch (IllegalArgumentException e) {
            throw new ApiException.MalformedAnswer(
                    "request " + request.id() + ": its artifacts are nowhere: " + text, e);
        }
    }

    /** A call to where files are, which is not for the token. */
    <T> HttpResponse<T> file(HttpRequest.Builder request, BodyHandler<T> handler, Deadline deadline)
            throws ApiException, InterruptedException {
        HttpRequest built = request.header("User-Agent", "atex").build();
        return send(built.method() + " " + built.uri(), built, handler, logOutage, deadline);
    }

    private HttpResponse<byte[]> get(String path, boolean authorized, Deadline deadline)
            throws ApiException, InterruptedException {
        HttpRequest request = builder(endpoint.path(path), authorized).GET().build();
        return send("GET " + path, request, bytes(), outage, deadline);
    }

    private static BodyHandler<byte[]> bytes() {
        return BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER);
    }

    private HttpRequest.Builder builder(URI uri, boolean authorized) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri).header("User-Agent", "atex");
        if (authorized) {
            endpoint.token().ifPresent(token -> builder.header("Authorization", token.authorization()));
        }
        return builder;
    }

    private <T> HttpResponse<T> send(
            String what, HttpRequest request, BodyHandler<T> handler, Outage state, Deadline deadline)
            throws ApiException, InterruptedException {
        return retrying(
                what,
                request.uri(),
                state,
                deadline,
                patience -> http.start(request, handler, patience).await(patience.orAfter(pace.answer())));
    }

    /**
     * One attempt of a call.
     *
     * @param <T> what it brings
     */
    @FunctionalInterface
    interface Attempt<T> {
        /** Makes it; an {@link IOException} is a reason to make another one. */
        T make(Deadline deadline) throws IOException, ApiException, InterruptedException;
    }

    /** The same for a call of the API. */
    <T> T retrying(String what, Deadline deadline, Attempt<T> attempt) throws ApiException, InterruptedException {
        return retrying(what, endpoint.url(), outage, deadline, attempt);
    }

    private <T> T retrying(String what, URI uri, Outage state, Deadline deadline, Attempt<T> attempt)
            throws ApiException, InterruptedException {
        Deadline patience = deadline.orAfter(pace.patience());
        Duration pause = pace.firstPause();
        while (true) {
            IOException failure;
            try {
                T result = attempt.make(patience);
                if (result instanceof HttpResponse<?> response) {
                    Retried.check(response);
                }
                state.answered(uri);
                return result;
            } catch (IOException e) {
                failure = e;
            }
            String why = reason(failure);
            Instant since = state.failed(uri, why, patience.remaining());
            Duration wait = pause;
            if (failure instanceof Retried told && told.after().isPresent()) {
                wait = told.after().get().compareTo(pause) > 0 ? told.after().get() : pause;
            }
            if (patience.remaining().compareTo(wait) < 0) {
                throw new ApiException.Unavailable(what + " at " + uri.getHost(), why, since, Instant.now(), failure);
            }
            Thread.sleep(wait); // nobody tells when it works again
            pause = pace.after(pause);
        }
    }

    private static String reason(IOException failure) {
        String text = failure.getMessage();
        return switch (failure) {
            case Retried _ -> String.valueOf(text);
            case ConnectException _ -> "no connection" + (text == null ? "" : " (" + text + ")");
            default -> text == null ? failure.toString() : text;
        };
    }

    private Map<String, @Nullable Object> object(String what, HttpResponse<byte[]> answer) throws ApiException {
        if (json(what, answer) instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            map.forEach((key, value) -> object.put(String.valueOf(key), value));
            return object;
        }
        throw new ApiException.MalformedAnswer(what + ": the answer is not a JSON object");
    }

    private @Nullable Object json(String what, HttpResponse<byte[]> answer) throws ApiException {
        if (answer.statusCode() != OK) {
            throw failure(what, answer);
        }
        String type = answer.headers().firstValue("Content-Type").orElse("none");
        if (!isJson(type)) {
            throw new ApiException.NotJsonType(what + ": the answer is of the type '" + type
                    + "' instead of application/json: " + excerpt(answer.body()));
        }
        try {
            return Json.parse(answer.body());
        } catch (JsonException e) {
            throw new ApiException.MalformedAnswer(what + ": the answer is not JSON: " + e.getMessage(), e);
        }
    }

    private static boolean isJson(String type) {
        String essence = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return essence.equals("application/json");
    }

    private ApiException failure(String what, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        String said = message(answer).orElseGet(() -> excerpt(answer.body()));
        String text = what + ": " + status + (said.isEmpty() ? "" : ": " + said);
        if (status == UNAUTHORIZED) {
            return new ApiException.Unauthorized(text + ". "
                    + (endpoint.token().isEmpty()
                            ? "Put a token of Testing Farm into the environment variable " + Token.VARIABLE
                            : "The token in " + Token.VARIABLE + " is not one that " + endpoint.url() + " accepts"));
        }
        if (said.toLowerCase(Locale.ROOT).contains("quota")) {
            return new ApiException.QuotaExceeded(text
                    + ". Wait until other requests of yours have ended ('atex tf search'), or ask for less at a time");
        }
        return new ApiException.UnexpectedStatus(status, text);
    }

    private Optional<String> message(HttpResponse<byte[]> answer) {
        if (!isJson(answer.headers().firstValue("Content-Type").orElse(""))) {
            return Optional.empty();
        }
        try {
            Object json = Json.parse(answer.body());
            return Fields.text(json, "message")
                    .or(() -> Fields.text(json, "detail"))
                    .or(() -> Fields.text(json, "error"))
                    .map(this::shortened);
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private String excerpt(byte[] body) {
        return shortened(Cut.startOfUtf8(body, Math.min(body.length, 4 * SHOWN)));
    }

    private String shortened(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        String without = endpoint.token().map(token -> token.removedFrom(line)).orElse(line);
        return Cut.start(without, SHOWN, "...");
    }

    /** What belongs between two slashes of a path. */
    private static String segment(String text) throws ApiException.UnexpectedStatus {
        if (!text.matches("[A-Za-z0-9._~-]+")) {
            throw new ApiException.UnexpectedStatus(
                    NOT_FOUND, "'" + text + "' is not a name that the service can have");
        }
        return text;
    }

    /** To be called once, when no call is under way any more. */
    @Override
    public void close() {
        http.close();
    }
}
