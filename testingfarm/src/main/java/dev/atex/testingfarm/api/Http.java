package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.http.Network;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * HTTP/1.1 with at most ten calls at a time to a host, and so at most ten connections: of this process, however many clients
 * there are that reach it in the same way. Thread-safe.
 */
final class Http implements AutoCloseable {
    private static final int CALLS = 10;
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private static final Map<Network, Http> SHARED = new HashMap<>();

    private final Network network;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Map<String, Semaphore> permits = new ConcurrentHashMap<>();
    private int users;

    private Http(Network network) {
        this.network = network;
        client = network.client()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER) // a token is for one host
                .executor(threads)
                .build();
    }

    /** The one of this process, until it is closed as often as it was opened. */
    static Http open(Network network) {
        synchronized (SHARED) {
            Http current = SHARED.computeIfAbsent(network, Http::new);
            current.users++;
            return current;
        }
    }

    /** How hosts are reached. */
    Network network() {
        return network;
    }

    /** Sends it when it is its turn, which may never come before the deadline. */
    <T> Call<T> start(HttpRequest request, BodyHandler<T> handler, Deadline turn)
            throws IOException, InterruptedException {
        Semaphore permit = permit(request.uri());
        if (!permit.tryAcquire(turn.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpTimeoutException("too many calls are under way");
        }
        CompletableFuture<HttpResponse<T>> answer;
        ActivityTracker progress = new ActivityTracker();
        try {
            answer = client.sendAsync(request, progress.of(handler));
        } catch (RuntimeException | Error e) {
            permit.release();
            throw e;
        }
        var _ = answer.whenComplete((_, _) -> permit.release());
        return new Call<>(answer, progress);
    }

    private Semaphore permit(URI uri) {
        return permits.computeIfAbsent(uri.getHost() + ":" + uri.getPort(), _ -> new Semaphore(CALLS, true));
    }

    /** The last one cuts off what is under way. */
    @Override
    public void close() {
        synchronized (SHARED) {
            if (--users > 0) {
                return;
            }
            SHARED.remove(network);
        }
        client.shutdownNow();
        client.close();
        threads.close();
    }
}
