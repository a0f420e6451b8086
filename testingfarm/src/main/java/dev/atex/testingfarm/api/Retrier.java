package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.http.Obstacle;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Makes calls again that fail for reasons that may pass. Thread-safe. */
final class Retrier {
    private final Pace pace;
    private final Network network;

    Retrier(Pace pace, Network network) {
        this.pace = pace;
        this.network = network;
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

    /**
     * Makes a call until it succeeds, fails for good, or the deadline is over.
     *
     * @param patience how long the host may be down, all calls together: for people
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
                state.answered(uri); // with a refusal
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
            Thread.sleep(wait); // nobody tells when it works again
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
