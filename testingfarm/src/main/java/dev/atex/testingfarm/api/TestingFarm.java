package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.lang.System.Logger.Level;
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
 * A client of the HTTP API of Testing Farm. Retries connection errors, the statuses 408, 429, 500, 502, 503 and 504, and answers that
 * are not JSON, with the pauses of {@link Pace} and {@code Retry-After}; an interrupt ends every wait. Public reads are made without
 * the token. At most ten calls of this process run at a time per host. Thread-safe.
 */
public final class TestingFarm implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
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
     * Creates a client; makes no call yet.
     *
     * @param notices receives messages for users at the begin and the end of an outage, on any thread
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

    /** Returns the endpoint. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Returns intervals and limits of calls. */
    public Pace pace() {
        return pace;
    }

    /** Returns information about the service; needs no token. */
    public Map<String, @Nullable Object> about(Deadline deadline) throws ApiException, InterruptedException {
        return answers.object("GET /v0.1/about", get("/v0.1/about", false, deadline));
    }

    /** Returns token and user. */
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

    /** Returns the names of the composes of a ranch, and regular expressions for names; needs no token. */
    public List<String> composes(String ranch, Deadline deadline) throws ApiException, InterruptedException {
        return offered(ranch, deadline).stream().map(Compose::name).toList();
    }

    /** Returns the composes of a ranch; needs no token. */
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

    /** Returns a recent state of a request, which is read at most once per {@link Pace#poll}, however many threads ask. Needs no token. */
    public FarmRequest request(String id, Deadline deadline) throws ApiException, InterruptedException {
        return reads.recent(id, deadline);
    }

    /** Returns a state that is newer than {@code seen}; waits until the request may be read again. */
    public FarmRequest next(FarmRequest seen, Deadline deadline) throws ApiException, InterruptedException {
        return reads.next(seen, deadline);
    }

    /** Forgets a request that is not needed any more. */
    public void forget(String id) {
        reads.forget(id);
    }

    private FarmRequest read(String id, Deadline deadline) throws ApiException, InterruptedException {
        String path = "/v0.1/requests/" + segment(id);
        return AnswerParser.request("GET " + path, answers.json("GET " + path, open(path, deadline)));
    }

    /** Prepares a submission, which {@link Submission#submit} starts. */
    public Submission submission(Map<String, @Nullable Object> body, Submission.Finder finder) {
        return new Submission(this, body, finder);
    }

    /** Submits a request once; the call continues when nobody waits for it. */
    Call<Body> post(Map<String, @Nullable Object> body, Deadline turn) throws IOException, InterruptedException {
        HttpRequest request = builder("/v0.1/requests", true)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.write(body)))
                .build();
        return http.start(request, Body.reader(null), turn);
    }

    /** Returns the request that {@link #post} created; throws {@link ForeignAnswer} if that is uncertain. */
    FarmRequest submitted(HttpResponse<Body> answer) throws ForeignAnswer, ApiException {
        String what = "POST /v0.1/requests";
        answers.check(what, answer);
        if (!AnswerParser.isSuccess(answer)) {
            throw answers.failure(what, answer);
        }
        try {
            FarmRequest request = AnswerParser.request(what, answer.body().json());
            reads.put(request);
            LOG.log(Level.DEBUG, () -> "submitted request " + request.id() + ", state " + request.state());
            return request;
        } catch (ApiException.MalformedAnswer e) {
            throw new ForeignAnswer("it answers " + answer.statusCode() + " without an id", e);
        }
    }

    /** Returns the requests that match, in the order of the service; splits long periods into several calls. */
    public List<FarmRequest> search(Search search, Deadline deadline) throws ApiException, InterruptedException {
        return search(search, _ -> true, deadline);
    }

    /** Returns the requests that match and that {@code wanted} accepts; the others use no memory. */
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
            return found; // empty for null: nothing was found
        });
    }

    /**
     * Cancels a request; returns when the service itself has confirmed it or does not know the request, or when the request is not
     * alive any more.
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
                LOG.log(Level.DEBUG, () -> "canceled request " + id);
                return;
            }
            if (patience.remaining().compareTo(pause) < 0) {
                String why = "the answer to DELETE was " + answer.statusCode() + ", and the request is still alive";
                throw new ApiException.Unavailable("DELETE " + path, why, begin, Instant.now(), new IOException(why));
            }
            Thread.sleep(pause); // there is no event for it
            pause = pace.after(pause).compareTo(pace.poll()) < 0 ? pace.after(pause) : pause;
        }
    }

    /** Returns whether the answer to a DELETE confirms it; throws if the service refuses. */
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
                    about(deadline); // throws unless the URL is that of the service
                }
                yield true;
            }
            case BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, UNPROCESSABLE ->
                throw answers.failure("DELETE /v0.1/requests/" + id, answer);
            default -> false;
        };
    }

    /** Returns whether the request has ended, if it may be read now. */
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

    /** Returns the log of a request, from its beginning; empty as long as its URL is unknown. */
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
            throw new ApiException.MalformedAnswer(
                    "request " + request.id() + ": the URL of its artifacts is invalid: " + text);
        } catch (IllegalArgumentException e) {
            throw new ApiException.MalformedAnswer(
                    "request " + request.id() + ": the URL of its artifacts is invalid: " + text, e);
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

    /** Reads something public. */
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

    /** Reads without the token, as the service refuses an expired one everywhere; with the token if the service requires it. */
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

    /** Retries a call of the API after temporary failures. */
    <T> T retrying(String what, Deadline deadline, Retrier.Attempt<T> attempt)
            throws ApiException, InterruptedException {
        return retrying.retrying(
                what, endpoint.url(), outage, pace.patience(), deadline.orAfter(pace.patience()), attempt);
    }

    /** Checks an element of a path. */
    private static String segment(String text) throws ApiException.UnexpectedStatus {
        if (!text.matches("[A-Za-z0-9._~-]+")) {
            throw new ApiException.UnexpectedStatus(NOT_FOUND, "'" + text + "' is not a valid name");
        }
        return text;
    }

    /** Closes the client; called once, when no call is running. */
    @Override
    public void close() {
        http.close();
    }
}
