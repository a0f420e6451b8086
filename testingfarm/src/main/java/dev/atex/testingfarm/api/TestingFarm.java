package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of the service's HTTP API. Connection errors, the statuses 408, 429, 500, 502, 503 and 504, and answers that are not JSON are
 * tried again as {@link Pace} says, and as {@code Retry-After} does; all waiting ends by an interrupt. What everybody may read is asked
 * for without the token. At most ten calls of this process at a time go to one host. Thread-safe.
 */
public final class TestingFarm implements AutoCloseable {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int UNPROCESSABLE = 422;

    private final Endpoint endpoint;
    private final Pace pace;
    private final Http http;
    private final RequestCache reads;
    private final Outage outage;
    private final Retrier retrying;
    private final AnswerParser answers;
    private final ArtifactFiles artifacts;
    private volatile boolean readsNeedToken;

    /**
     * A client that has not asked anything yet.
     *
     * @param notices told for people when the service is down, and when it answers again; any thread
     */
    public TestingFarm(Endpoint endpoint, Pace pace, Consumer<String> notices) {
        this.endpoint = endpoint;
        this.pace = pace;
        http = Http.open(endpoint.network());
        reads = new RequestCache(pace.poll(), this::read);
        outage = new Outage("Testing Farm", notices);
        retrying = new Retrier(pace, endpoint.network());
        answers = new AnswerParser(endpoint);
        artifacts = new ArtifactFiles(http, pace, retrying, new Outage("the files of Testing Farm", notices));
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
        return answers.object("GET /v0.1/about", get("/v0.1/about", false, deadline));
    }

    /** Whose the token is. */
    public Identity whoami(Deadline deadline) throws ApiException, InterruptedException {
        String what = "GET /v0.1/whoami";
        Map<String, @Nullable Object> json = answers.object(what, get("/v0.1/whoami", true, deadline));
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

    /** Names of the operating systems that a ranch has, and regular expressions for such names; needs no token. */
    public List<String> composes(String ranch, Deadline deadline) throws ApiException, InterruptedException {
        return offered(ranch, deadline).stream().map(Compose::name).toList();
    }

    /** The operating systems that a ranch has; needs no token. */
    public List<Compose> offered(String ranch, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.2/composes/" + segment(ranch);
        String what = "GET " + path;
        Map<String, @Nullable Object> answer = answers.object(what, open(path, deadline));
        if (!(Fields.at(answer, "composes").orElse(null) instanceof List<?> composes)) {
            throw new ApiException.MalformedAnswer(what + ": the answer has no list 'composes'");
        }
        return composes.stream()
                .flatMap(each -> Fields.text(each, "name").stream()
                        .map(name -> new Compose(name, Fields.text(each, "type").equals(Optional.of(Compose.PATTERN)))))
                .toList();
    }

    /** A request as it was a moment ago: each is read once in {@link Pace#poll} at most, however many ask. Needs no token. */
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
        return AnswerParser.request("GET " + path, answers.json("GET " + path, open(path, deadline)));
    }

    /** A POST that is begun by {@link Submission#submit}. */
    public Submission submission(Map<String, @Nullable Object> body, Submission.Finder finder) {
        return new Submission(this, body, finder);
    }

    /** Sends a request once; the call goes on when nobody waits for it. */
    Call<Body> post(Map<String, @Nullable Object> body, Deadline turn) throws IOException, InterruptedException {
        HttpRequest request = builder("/v0.1/requests", true)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build();
        return http.start(request, Body.reader(null), turn);
    }

    /** What was made by a call of {@link #post}; {@link ForeignAnswer} if that is in doubt. */
    FarmRequest submitted(HttpResponse<Body> answer) throws ForeignAnswer, ApiException {
        String what = "POST /v0.1/requests";
        answers.check(what, answer);
        if (!AnswerParser.isSuccess(answer)) {
            throw answers.failure(what, answer);
        }
        try {
            FarmRequest request = AnswerParser.request(what, answer.body().json());
            reads.put(request);
            return request;
        } catch (ApiException.MalformedAnswer e) {
            throw new ForeignAnswer("it answers " + answer.statusCode() + " without an id", e);
        }
    }

    /** Those that match, the oldest first as far as the service orders them; long times are asked for in parts. */
    public List<FarmRequest> search(Search search, Deadline deadline) throws ApiException, InterruptedException {
        return search(search, _ -> true, deadline);
    }

    /** The same, of which only those are kept that somebody wants: a day of everybody's requests can be large. */
    public List<FarmRequest> search(Search search, Predicate<FarmRequest> wanted, Deadline deadline)
            throws ApiException, InterruptedException {
        Map<String, FarmRequest> found = new LinkedHashMap<>();
        for (Search slice : search.slices(Instant.now())) {
            String path = "/v0.1/requests" + slice.query();
            List<FarmRequest> part = search.asOwner()
                    ? list(path, true, wanted, deadline)
                    : withoutToken(token -> list(path, token, wanted, deadline));
            part.forEach(request -> found.put(request.id(), request));
        }
        return new ArrayList<>(found.values());
    }

    private List<FarmRequest> list(String path, boolean authorized, Predicate<FarmRequest> wanted, Deadline deadline)
            throws ApiException, InterruptedException {
        HttpRequest request = builder(path, authorized).GET().build();
        String what = "GET " + path;
        return retrying(what, deadline, patience -> {
            List<FarmRequest> found = new ArrayList<>();
            boolean[] odd = {false};
            HttpResponse<Body> answer = http.start(
                            request,
                            Body.reader(each -> {
                                Optional<FarmRequest> one = FarmRequest.of(each);
                                odd[0] |= one.isEmpty();
                                one.filter(wanted).ifPresent(found::add);
                            }),
                            patience)
                    .await(pace.answer(), patience);
            RetryableStatus.check(answer);
            answers.check(what, answer);
            if (answer.statusCode() == NO_CONTENT
                    || (answer.statusCode() == OK && answer.body().isBlank())) {
                return List.of();
            }
            Object json = answers.json(what, answer);
            if (odd[0] || !(json == null || json instanceof List)) {
                throw new ApiException.MalformedAnswer(what + ": the answer is not a list of requests");
            }
            return found; // of null none: nothing was found
        });
    }

    /**
     * Cancels a request, and returns when that is certain: the service itself said that it does so or that there is no such request,
     * or the request is in none of the states in which it could have a machine or get one.
     */
    public void cancel(String id, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.1/requests/" + segment(id);
        HttpRequest request = builder(path, true).DELETE().build();
        Deadline patience = deadline.orAfter(pace.patience());
        Instant begin = Instant.now();
        Duration pause = pace.firstPause();
        while (true) {
            long moment = System.nanoTime();
            HttpResponse<Body> answer = retrying(
                    "DELETE " + path,
                    patience,
                    until -> http.start(request, Body.reader(null), until).await(pace.answer(), until));
            if (isCancelled(id, answer, patience) || hasEnded(id, moment, patience)) {
                reads.forget(id);
                return;
            }
            if (patience.remaining().compareTo(pause) < 0) {
                String why = "DELETE was answered with " + answer.statusCode() + ", and the request goes on";
                throw new ApiException.Unavailable("DELETE " + path, why, begin, Instant.now(), new IOException(why));
            }
            Thread.sleep(pause); // nobody tells when it is done
            pause = pace.after(pause).compareTo(pace.poll()) < 0 ? pace.after(pause) : pause;
        }
    }

    /** Whether the answer to a DELETE leaves no doubt; a refusal is thrown. */
    private boolean isCancelled(String id, HttpResponse<Body> answer, Deadline deadline)
            throws ApiException, InterruptedException {
        if (!AnswerParser.isOfService(answer)) {
            return false;
        }
        return switch (answer.statusCode()) {
            case NO_CONTENT -> true;
            case OK, ACCEPTED ->
                FarmRequest.of(answer.body().json())
                        .filter(request -> request.id().equals(id) && !request.isAlive())
                        .isPresent();
            case NOT_FOUND -> {
                if (AnswerParser.isOfPath(answer)) {
                    about(deadline); // the address is that of the service, or else this throws
                }
                yield true;
            }
            case BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE ->
                throw answers.failure("DELETE /v0.1/requests/" + id, answer);
            default -> false;
        };
    }

    /** Whether the request is known to have ended: it is looked at when that is allowed, and deleted again meanwhile. */
    private boolean hasEnded(String id, long moment, Deadline deadline) throws ApiException, InterruptedException {
        try {
            return reads.after(id, moment, deadline)
                    .filter(request -> !request.isAlive())
                    .isPresent();
        } catch (ApiException.UnexpectedStatus e) {
            if (e.isNoSuchRequest()) {
                return true;
            }
            throw e;
        }
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
                return Optional.of(new PipelineLog(this.artifacts, uri));
            }
            throw new ApiException.MalformedAnswer("request " + request.id() + ": its artifacts are nowhere: " + text);
        } catch (IllegalArgumentException e) {
            throw new ApiException.MalformedAnswer(
                    "request " + request.id() + ": its artifacts are nowhere: " + text, e);
        }
    }

    private HttpRequest.Builder builder(String path, boolean authorized) {
        HttpRequest.Builder builder = endpoint.network().request(endpoint.path(path));
        if (authorized) {
            endpoint.token().ifPresent(token -> builder.header("Authorization", token.authorization()));
        }
        return builder;
    }

    private HttpResponse<Body> get(String path, boolean authorized, Deadline deadline)
            throws ApiException, InterruptedException {
        HttpRequest request = builder(path, authorized).GET().build();
        return retrying("GET " + path, deadline, patience -> {
            HttpResponse<Body> answer =
                    http.start(request, Body.reader(null), patience).await(pace.answer(), patience);
            RetryableStatus.check(answer);
            answers.check("GET " + path, answer);
            return answer;
        });
    }

    /** What everybody may read. */
    private HttpResponse<Body> open(String path, Deadline deadline) throws ApiException, InterruptedException {
        return withoutToken(token -> {
            HttpResponse<Body> answer = get(path, token, deadline);
            if (answer.statusCode() == UNAUTHORIZED || (answer.statusCode() == FORBIDDEN && !token)) {
                throw answers.failure("GET " + path, answer);
            }
            return answer;
        });
    }

    @FunctionalInterface
    private interface Read<T> {
        T with(boolean token) throws ApiException, InterruptedException;
    }

    /** Reads without the token: one that has expired is refused also where none is needed. A service of another mind gets it. */
    private <T> T withoutToken(Read<T> read) throws ApiException, InterruptedException {
        if (readsNeedToken) {
            return read.with(true);
        }
        try {
            return read.with(false);
        } catch (ApiException.Unauthorized | ApiException.UnexpectedStatus e) {
            boolean isRefused = e instanceof ApiException.Unauthorized
                    || (e instanceof ApiException.UnexpectedStatus other && other.status() == FORBIDDEN);
            if (!isRefused || endpoint.token().isEmpty()) {
                throw e;
            }
        }
        T result = read.with(true);
        readsNeedToken = true;
        return result;
    }

    /** Makes a call of the API again for reasons that may pass. */
    <T> T retrying(String what, Deadline deadline, Retrier.Attempt<T> attempt)
            throws ApiException, InterruptedException {
        return retrying.retrying(
                what, endpoint.url(), outage, pace.patience(), deadline.orAfter(pace.patience()), attempt);
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
