package dev.atex.testingfarm.api;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Remembers when the last bytes of an answer arrived. Thread-safe. */
final class ActivityTracker {
    private volatile long last = System.nanoTime();

    long nanosSince() {
        return System.nanoTime() - last;
    }

    /** Wraps a handler. */
    <T> BodyHandler<T> of(BodyHandler<T> handler) {
        return info -> {
            last = System.nanoTime();
            return new Watched<>(handler.apply(info));
        };
    }

    private final class Watched<T> implements BodySubscriber<T> {
        private final BodySubscriber<T> watched;

        private Watched(BodySubscriber<T> watched) {
            this.watched = watched;
        }

        @Override
        public CompletionStage<T> getBody() {
            return watched.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            watched.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            last = System.nanoTime();
            watched.onNext(buffers);
        }

        @Override
        public void onError(Throwable failure) {
            watched.onError(failure);
        }

        @Override
        public void onComplete() {
            watched.onComplete();
        }
    }
}
