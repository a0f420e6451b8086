package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.http.Network;
import java.io.IOException;
import java.lang.System.Logger.Level;
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
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client with at most ten calls at a time per host, and so at most ten connections. All clients of this process with
 * the same network settings share it. Thread-safe.
 */
final class Http implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
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
                .followRedirects(HttpClient.Redirect.NEVER) // the token is for one host
                .executor(threads)
                .build();
    }

    /** Opens the shared client, which lives until it is closed as often as it was opened. */
    static Http open(Network network) {
        synchronized (SHARED) {
            Http current = SHARED.computeIfAbsent(network, Http::new);
            current.users++;
            return current;
        }
    }

    /** Returns the network settings. */
    Network network() {
        return network;
    }

    /** Sends a request as soon as fewer than ten calls are running; fails at the deadline. */
    <T> Call<T> start(HttpRequest request, BodyHandler<T> handler, Deadline turn)
            throws IOException, InterruptedException {
        Semaphore permit = permit(request.uri());
        if (!permit.tryAcquire(turn.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpTimeoutException("too many calls are running");
        }
        CompletableFuture<HttpResponse<T>> answer;
        ActivityTracker progress = new ActivityTracker();
        try {
            answer = client.sendAsync(request, progress.of(handler));
        } catch (RuntimeException | Error e) {
            permit.release();
            throw e;
        }
        long begin = System.nanoTime();
        var _ = answer.whenComplete((response, failure) -> {
            permit.release();
            log(request, response, failure, begin);
        });
        return new Call<>(answer, progress);
    }

    /** Logs the path only: a query, a header or a body may contain secrets. */
    private static void log(
            HttpRequest request, @Nullable HttpResponse<?> response, @Nullable Throwable failure, long begin) {
        LOG.log(
                Level.DEBUG,
                () -> request.method() + " " + request.uri().getHost()
                        + request.uri().getPath() + ": "
                        + (response == null ? "failed: " + failure : "status " + response.statusCode()) + " after "
                        + (System.nanoTime() - begin) / 1_000_000 + " ms");
    }

    private Semaphore permit(URI uri) {
        return permits.computeIfAbsent(uri.getHost() + ":" + uri.getPort(), _ -> new Semaphore(CALLS, true));
    }

    /** The last close cancels running calls. */
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
