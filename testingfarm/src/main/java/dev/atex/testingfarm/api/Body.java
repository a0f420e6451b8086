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
 * What an answer of the API brings. It is read as it comes: of a long list no more is kept than one element and what was taken of it.
 *
 * @param type its content type
 * @param json the value, a list that was taken element by element without them
 * @param isBlank whether there was nothing
 * @param problem why there is no value
 * @param start its first bytes as text, for messages
 */
record Body(String type, @Nullable Object json, boolean isBlank, Optional<JsonException> problem, String start) {
    private static final int START = 16 << 10;

    /** Whether the content says that it is JSON. */
    boolean isJsonType() {
        return isJson(type);
    }

    private static boolean isJson(String type) {
        return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    /** The type that an answer says it has. */
    static String type(HttpHeaders headers) {
        return headers.firstValue("Content-Type").orElse("none");
    }

    /**
     * Reads one.
     *
     * @param elements given those of a list at the top, also of an answer that breaks off later; null to keep them
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

        /** What comes after a mistake is passed over. */
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
