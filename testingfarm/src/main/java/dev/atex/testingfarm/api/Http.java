package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with at most ten calls at a time to a host, and so at most ten connections: of this process, however many clients
 * there are. Thread-safe.
 */
final class Http implements AutoCloseable {
    private static final int CALLS = 10;
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private static @Nullable Http shared;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;
    private final Map<String, Semaphore> permits = new ConcurrentHashMap<>();
    private int users;

    private Http() {
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER) // a token is for one host
                .executor(threads)
                .build();
    }

    /** The one of this process, until it is closed as often as it was opened. */
    static Http open() {
        synchronized (Http.class) {
            Http current = shared == null ? new Http() : shared;
            current.users++;
            shared = current;
            return current;
        }
    }

    /** Sends it when it is its turn, which may never come before the deadline. */
    <T> Call<T> start(HttpRequest request, BodyHandler<T> handler, Deadline turn)
            throws IOException, InterruptedException {
        Semaphore permit = permit(request.uri());
        if (!permit.tryAcquire(turn.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new HttpTimeoutException("too many calls are under way");
        }
        CompletableFuture<HttpResponse<T>> answer;
        try {
            answer = client.sendAsync(request, handler);
        } catch (RuntimeException | Error e) {
            permit.release();
            throw e;
        }
        var _ = answer.whenComplete((_, _) -> permit.release());
        return new Call<>(answer);
    }

    private Semaphore permit(URI uri) {
        return permits.computeIfAbsent(uri.getHost() + ":" + uri.getPort(), _ -> new Semaphore(CALLS, true));
    }

    /** The last one cuts off what is under way. */
    @Override
    public void close() {
        synchronized (Http.class) {
            if (--users > 0) {
                return;
            }
            shared = null;
        }
        client.shutdownNow();
        client.close();
        threads.close();
    }
}
