package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The growing log of a request. Each call returns only new bytes. Used by one thread at a time; {@code to} may be called on another
 * thread meanwhile.
 */
public final class PipelineLog {
    /** RFC 9110, section 14.4. */
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-.*");

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOTHING_NEW = 416;

    private static final int NO_METHOD = 405;
    private static final int NOT_IMPLEMENTED = 501;
    /** One call retries for at least this many first pauses. */
    private static final int PAUSES = 8;

    private final ArtifactFiles artifacts;
    private final URI uri;
    private boolean there;
    private long position;
    private @Nullable Deadline patience;

    PipelineLog(ArtifactFiles artifacts, URI uri) {
        this.artifacts = artifacts;
        this.uri = uri;
    }

    /** Returns its URL. */
    public URI uri() {
        return uri;
    }

    /** Returns how many bytes have been read. */
    public long position() {
        return position;
    }

    /**
     * Reads new bytes. Retries for the time of {@link Pace#poll} only, so that the caller can look at the request meanwhile; fails
     * if the host has been down for {@link Pace#patience}.
     *
     * @param to receives the new bytes in order
     * @return the number of new bytes; 0 as long as there is no log
     */
    public long read(Consumer<byte[]> to, Deadline deadline) throws ApiException, InterruptedException {
        Pace pace = artifacts.pace();
        Duration least = pace.firstPause().multipliedBy(PAUSES);
        Deadline soon = deadline.orAfter(pace.poll().compareTo(least) > 0 ? pace.poll() : least);
        long before = position;
        try {
            if (there || exists(soon)) {
                readOn(to, soon);
            }
            patience = null;
        } catch (ApiException.Unavailable e) {
            Deadline until = patience == null ? Deadline.after(pace.patience()) : patience;
            patience = until;
            if (until.isExpired() || pace.patience().compareTo(pace.poll()) <= 0) {
                throw e;
            }
        }
        return position - before;
    }

    private void readOn(Consumer<byte[]> to, Deadline deadline) throws ApiException, InterruptedException {
        Sink sink = new Sink(to);
        Optional<String> range = Optional.of("bytes=" + position + "-");
        HttpResponse<Void> answer = artifacts.ask("GET", uri, range, true, sink::subscriber, deadline);
        switch (answer.statusCode()) {
            case OK, PARTIAL, NOTHING_NEW -> {}
            default ->
                throw new ApiException.UnexpectedStatus(answer.statusCode(), "GET " + uri + ": " + answer.statusCode());
        }
    }

    private boolean exists(Deadline deadline) throws ApiException, InterruptedException {
        HttpResponse<Void> answer =
                artifacts.ask("HEAD", uri, Optional.empty(), false, BodyHandlers.discarding(), deadline);
        switch (answer.statusCode()) {
            case OK, NO_METHOD, NOT_IMPLEMENTED -> there = true;
            case FORBIDDEN, NOT_FOUND -> {} // not yet
            default ->
                throw new ApiException.UnexpectedStatus(
                        answer.statusCode(), "HEAD " + uri + ": " + answer.statusCode());
        }
        return there;
    }

    /** Passes on the new bytes of an answer, also if it breaks off: the next attempt may repeat some of them. */
    private final class Sink {
        private final Consumer<byte[]> to;

        private Sink(Consumer<byte[]> to) {
            this.to = to;
        }

        BodySubscriber<Void> subscriber(ResponseInfo info) {
            long start = switch (info.statusCode()) {
                case OK -> 0;
                case PARTIAL -> start(info);
                default -> -1;
            };
            if (Body.type(info.headers()).toLowerCase(Locale.ROOT).startsWith("text/html")) {
                return BodySubscribers.discarding(); // a page of a gateway
            }
            if (start < 0 || start > position) {
                return BodySubscribers.discarding();
            }
            long[] at = {start};
            return BodySubscribers.ofByteArrayConsumer(piece -> piece.ifPresent(bytes -> take(bytes, at)));
        }

        private long start(ResponseInfo info) {
            Optional<String> range = info.headers().firstValue("Content-Range");
            Matcher matcher = RANGE.matcher(range.orElse(""));
            return matcher.matches() ? Long.parseLong(matcher.group(1)) : position;
        }

        private void take(byte[] bytes, long[] at) {
            long known = Math.min(bytes.length, Math.max(0, position - at[0]));
            at[0] += bytes.length;
            if (known < bytes.length) {
                position = at[0];
                to.accept(known == 0 ? bytes : Arrays.copyOfRange(bytes, (int) known, bytes.length));
            }
        }
    }
}
