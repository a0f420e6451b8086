package dev.atex.run.engine;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A queue from many threads to one, which takes all that is there at once. Posting never waits; the order of each
 * poster's messages is kept.
 *
 * <p>Instead of a {@link java.util.concurrent.LinkedBlockingQueue} because a run's speed is that of its two mailboxes: a
 * post is one compare-and-set, a take of any number is one more, and a taker looks once more after letting other threads
 * run, before it parks.
 */
final class Mailbox<T> {
    private static final int LOOKS = 2;

    private static final class Node<T> {
        final T message;

        @Nullable
        Node<T> older;

        Node(T message) {
            this.message = message;
        }
    }

    private final AtomicReference<@Nullable Node<T>> newest = new AtomicReference<>();
    private final AtomicReference<@Nullable Thread> parked = new AtomicReference<>();

    void post(T message) {
        Node<T> node = new Node<>(message);
        Node<T> before;
        do {
            before = newest.get();
            node.older = before;
        } while (!newest.compareAndSet(before, node));
        if (parked.get() != null) {
            Thread taker = parked.getAndSet(null);
            if (taker != null) {
                LockSupport.unpark(taker);
            }
        }
    }

    /** Adds what is there, or comes while other threads are let run, to {@code batch}; false if there is nothing. */
    @SuppressWarnings("ThreadPriorityCheck") // only saves parking: nothing relies on who runs next
    boolean poll(List<T> batch) {
        for (int look = 0; look <= LOOKS; look++) {
            if (newest.get() != null) {
                return drain(batch);
            }
            Thread.yield();
        }
        return false;
    }

    /** Adds what is there to {@code batch}, waiting for the first message. */
    void take(List<T> batch) throws InterruptedException {
        if (poll(batch)) {
            return;
        }
        try {
            while (true) {
                parked.set(Thread.currentThread());
                if (drain(batch)) {
                    return;
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            parked.set(null);
        }
    }

    private boolean drain(List<T> batch) {
        Node<T> node = newest.getAndSet(null);
        if (node == null) {
            return false;
        }
        int from = batch.size();
        for (; node != null; node = node.older) {
            batch.add(node.message);
        }
        if (batch.size() - from > 1) {
            Collections.reverse(batch.subList(from, batch.size()));
        }
        return true;
    }
}
