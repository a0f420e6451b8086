package dev.atex.testingfarm.api;

import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonFeed;
import dev.atex.internal.text.Cut;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, parsed as it arrives. Of a long list only one element is in memory, and what the caller keeps.
 *
 * @param type its content type
 * @param json the value; a list without elements if they were passed on one by one
 * @param isBlank whether it is empty
 * @param problem the reason why there is no value
 * @param start the first bytes as text, for messages
 */
record Body(String type, @Nullable Object json, boolean isBlank, Optional<JsonException> problem, String start) {
    private static final int START = 16 << 10;

    /** Returns whether the content type is JSON. */
    boolean isJsonType() {
        return isJson(type);
    }

    private static boolean isJson(String type) {
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    /** Returns the content type of an answer. */
    static String type(HttpHeaders headers) {
        return headers.firstValue("Content-Type").orElse("none");
    }

    /**
     * Returns a handler that parses the body.
     *
     * @param elements receives the elements of a top-level list, also if the answer breaks off later; null to keep them
     */
    static BodyHandler<Body> reader(@Nullable Consumer<@Nullable Object> elements) {
        return info -> new Reader(type(info.headers()), info.statusCode() == 200 ? elements : null);
    }

    private static final class Reader implements BodySubscriber<Body> {
        private final String type;
        private final @Nullable JsonFeed feed;
        private final ByteArrayOutputStream start = new ByteArrayOutputStream();
        private final CompletableFuture<Body> body = new CompletableFuture<>();
        private @Nullable JsonException problem;
        private boolean isBlank = true;

        private Reader(String type, @Nullable Consumer<@Nullable Object> elements) {
            this.type = type;
            feed = isJson(type) ? new JsonFeed(elements) : null;
        }

        @Override
        public CompletionStage<Body> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                isBlank &= bytes.length == 0;
                start.write(bytes, 0, Math.min(bytes.length, START - start.size()));
                parse(bytes);
            }
        }

        /** Ignores everything after a syntax error. */
        private void parse(byte[] bytes) {
            if (feed != null && problem == null) {
                try {
                    feed.feed(bytes, 0, bytes.length);
                } catch (JsonException e) {
                    problem = e;
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            Object json = null;
            if (feed != null && problem == null) {
                isBlank = feed.isBlank();
                try {
                    json = feed.end();
                } catch (JsonException e) {
                    problem = e;
                }
            }
            String text = Cut.startOfUtf8(start.toByteArray(), start.size());
            body.complete(new Body(type, json, isBlank, Optional.ofNullable(problem), text));
        }
    }
}
