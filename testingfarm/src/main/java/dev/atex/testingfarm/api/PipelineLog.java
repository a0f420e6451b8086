package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The growing log of a request. Each call brings what is new and nothing else. Used by one thread at a time; {@code to} may be
 * called on another one meanwhile.
 */
public final class PipelineLog {
    /** RFC 9110, section 14.4. */
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-.*");

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOTHING_NEW = 416;

    private final TestingFarm farm;
    private final URI uri;
    private boolean there;
    private long position;

    PipelineLog(TestingFarm farm, URI uri) {
        this.farm = farm;
        this.uri = uri;
    }

    /** Where it is. */
    public URI uri() {
        return uri;
    }

    /** How many bytes of it have been read. */
    public long position() {
        return position;
    }

    /**
     * Reads on.
     *
     * @param to given the new bytes, in pieces, in order
     * @return how many there were; none as long as there is no log
     */
    public long read(Consumer<byte[]> to, Deadline deadline) throws ApiException, InterruptedException {
        if (!there && !exists(deadline)) {
            return 0;
        }
        long before = position;
        Sink sink = new Sink(to);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Range", "bytes=" + before + "-");
        HttpResponse<Void> answer = farm.file(request, sink::subscriber, deadline);
        return switch (answer.statusCode()) {
            case OK, PARTIAL, NOTHING_NEW -> position - before;
            default ->
                throw new ApiException.UnexpectedStatus(answer.statusCode(), "GET " + uri + ": " + answer.statusCode());
        };
    }

    private boolean exists(Deadline deadline) throws ApiException, InterruptedException {
        HttpResponse<Void> answer = farm.file(HttpRequest.newBuilder(uri).HEAD(), BodyHandlers.discarding(), deadline);
        switch (answer.statusCode()) {
            case OK -> there = true;
            case FORBIDDEN, NOT_FOUND -> {} // not yet
            default ->
                throw new ApiException.UnexpectedStatus(
                        answer.statusCode(), "HEAD " + uri + ": " + answer.statusCode());
        }
        return there;
    }

    /** Takes the new bytes off an answer, also when it breaks off: an attempt after that has some of them again. */
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
