package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A running HTTP call. Thread-safe. */
final class Call<T> {
    private final CompletableFuture<HttpResponse<T>> answer;
    private final ActivityTracker progress;

    Call(CompletableFuture<HttpResponse<T>> answer, ActivityTracker progress) {
        this.answer = answer;
        this.progress = progress;
    }

    /**
     * Waits for the whole answer; cancels the call if it fails or is interrupted.
     *
     * @param silence the longest time without a byte of the answer
     */
    HttpResponse<T> await(Duration silence, Deadline deadline) throws IOException, InterruptedException {
        boolean ended = false;
        try {
            HttpResponse<T> response = awaitWhileItComes(silence, deadline);
            ended = true;
            return response;
        } finally {
            if (!ended) {
                cancel();
            }
        }
    }

    private HttpResponse<T> awaitWhileItComes(Duration silence, Deadline deadline)
            throws IOException, InterruptedException {
        while (true) {
            long left = silence.toNanos() - progress.nanosSince();
            try {
                return awaitOnly(deadline.orAfter(Duration.ofNanos(Math.max(0, left))));
            } catch (HttpTimeoutException e) {
                if (deadline.isExpired() || progress.nanosSince() >= silence.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** Waits for the answer; the call continues after a timeout. */
    HttpResponse<T> awaitOnly(Deadline deadline) throws IOException, InterruptedException {
        try {
            return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer in time");
        } catch (CancellationException e) {
            throw new IOException("the call was canceled", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), e);
        }
    }

    void cancel() {
        answer.cancel(true);
    }
}
