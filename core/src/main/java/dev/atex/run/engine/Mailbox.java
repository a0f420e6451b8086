package dev.atex.run.engine;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A queue of messages of any type from many threads to one, which takes all messages at once. Posting never waits. Messages
 * of one thread keep their order. The coordinator's is in {@link Inbox}.
 *
 * <p>Replaces {@link java.util.concurrent.LinkedBlockingQueue} because the speed of a run depends on its two mailboxes. A post
 * is one compare-and-set, a take of any number is another one, and the taker yields and looks again before it parks.
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

    /** Adds all messages to {@code batch}, also those that come while this thread yields; returns false if there are none. */
    @SuppressWarnings("ThreadPriorityCheck") // only saves parking: nothing relies on which thread runs next
    boolean poll(List<T> batch) {
        for (int look = 0; look <= LOOKS; look++) {
            if (newest.get() != null) {
                return drain(batch);
            }
            Thread.yield();
        }
        return false;
    }

    /** Adds all messages to {@code batch}; waits for the first one. */
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
