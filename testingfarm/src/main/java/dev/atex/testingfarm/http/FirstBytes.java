package dev.atex.testingfarm.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the begin of a body, and cancels the call if there is more. */
final class FirstBytes implements BodySubscriber<FirstBytes.Taken> {
    private final int most;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CompletableFuture<Taken> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    FirstBytes(int most) {
        this.most = most;
    }

    /**
     * The bytes that were read.
     *
     * @param isCut whether the body is longer
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Taken(byte[] bytes, boolean isCut) {}

    @Override
    public CompletionStage<Taken> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[Math.min(buffer.remaining(), most + 1 - taken.size())];
            buffer.get(bytes);
            taken.writeBytes(bytes);
        }
        Flow.Subscription current = subscription;
        if (taken.size() > most && current != null) {
            current.cancel();
            body.complete(new Taken(new byte[0], true));
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(new Taken(taken.toByteArray(), false));
    }
}
