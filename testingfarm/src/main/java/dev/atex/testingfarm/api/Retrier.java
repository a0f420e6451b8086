package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.http.Obstacle;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Retries calls after temporary failures. Thread-safe. */
final class Retrier {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
    private final Pace pace;
    private final Network network;

    Retrier(Pace pace, Network network) {
        this.pace = pace;
        this.network = network;
    }

    /**
     * One attempt of a call.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    interface Attempt<T> {
        /** Makes the call; an {@link IOException} leads to a retry. */
        T make(Deadline deadline) throws IOException, ApiException, InterruptedException;
    }

    /**
     * Repeats a call until it succeeds, fails permanently, or the deadline expires.
     *
     * @param patience how long calls are retried during an outage, for messages
     */
    <T> T retrying(String what, URI uri, Outage state, Duration patience, Deadline deadline, Attempt<T> attempt)
            throws ApiException, InterruptedException {
        Duration pause = pace.firstPause();
        while (true) {
            IOException failure;
            try {
                T result = attempt.make(deadline);
                if (result instanceof HttpResponse<?> response) {
                    RetryableStatus.check(response);
                }
                state.answered(uri);
                return result;
            } catch (IOException e) {
                failure = e;
            } catch (ApiException.Unauthorized | ApiException.QuotaExceeded | ApiException.UnexpectedStatus e) {
                state.answered(uri); // a refusal is an answer
                throw e;
            }
            Optional<String> obstacle = Obstacle.of(failure, uri, network);
            String why = obstacle.orElseGet(() -> reason(failure));
            boolean isHopeless = failure instanceof ForeignAnswer || obstacle.isPresent();
            Optional<Duration> hopeless = isHopeless ? state.hopeless() : Optional.empty();
            Optional<Duration> left = hopeless.map(past -> pace.hopeless().minus(past));
            Duration remaining = shorter(deadline.remaining(), left.orElse(deadline.remaining()));
            Instant since = state.failed(uri, why, shorter(patience, left.orElse(patience)));
            Duration wait = wait(failure, pause);
            if (remaining.compareTo(wait) < 0) {
                boolean isOver = left.filter(time -> time.compareTo(wait) < 0).isPresent()
                        || (isHopeless && pace.patience().compareTo(pace.hopeless()) <= 0);
                throw isOver
                        ? hopeless(what, uri, failure, obstacle, why, since)
                        : new ApiException.Unavailable(where(what, uri), why, since, Instant.now(), failure);
            }
            LOG.log(Level.INFO, () -> path(what) + " failed: " + why + "; retry in " + wait.toMillis() + " ms");
            Thread.sleep(wait); // there is no event for the end of an outage
            pause = pace.after(pause);
        }
    }

    private static ApiException hopeless(
            String what, URI uri, IOException failure, Optional<String> obstacle, String why, Instant since) {
        if (obstacle.isPresent()) {
            return new ApiException.Unreachable(where(what, uri) + ": " + obstacle.get(), failure);
        }
        if (failure instanceof ForeignAnswer none && none.failure().isPresent()) {
            return none.failure().get();
        }
        return new ApiException.Unavailable(where(what, uri), why, since, Instant.now(), failure);
    }

    /** Without the query of a URL, which may contain secrets. */
    private static String path(String what) {
        int query = what.indexOf('?');
        return query < 0 ? what : what.substring(0, query);
    }

    private static String where(String what, URI uri) {
        return what + (what.contains("://") ? "" : " at " + uri.getHost());
    }

    private static Duration wait(IOException failure, Duration pause) {
        Optional<Duration> told = failure instanceof RetryableStatus retried ? retried.after() : Optional.empty();
        return told.filter(time -> time.compareTo(pause) > 0).orElse(pause);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String reason(IOException failure) {
        String text = failure.getMessage();
        return switch (failure) {
            case RetryableStatus _, ForeignAnswer _ -> String.valueOf(text);
            case ConnectException _ -> "no connection" + (text == null ? "" : " (" + text + ")");
            default -> text == null ? failure.toString() : text;
        };
    }
}
