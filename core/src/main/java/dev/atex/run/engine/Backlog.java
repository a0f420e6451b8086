package dev.atex.run.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The number of events that were not passed to the listeners yet. If there are very many, the coordinator waits a moment: events
 * that wait fill the memory, and virtual threads that wait for the log get no carrier while the coordinator and the reporter
 * have both cores. A listener that hangs delays the coordinator once.
 */
final class Backlog {
    /** So many events are a backlog: about those of 300 tests. */
    static final int MANY = 1000;

    private final long patience;
    private final AtomicInteger events = new AtomicInteger();
    private volatile @Nullable Thread waiting;

    /** True if the last wait took too long. Used by the coordinator. */
    private boolean hangs;

    /**
     * Creates one without events.
     *
     * @param patience the longest time of a wait
     */
    Backlog(Duration patience) {
        this.patience = patience.toNanos();
    }

    /** Adds events. */
    void add(int count) {
        events.addAndGet(count);
    }

    /** Removes events that the listeners have handled. */
    void remove(int count) {
        if (events.addAndGet(-count) <= MANY / 2) {
            LockSupport.unpark(waiting);
        }
    }

    boolean isHanging() {
        return hangs;
    }

    /** Waits until there are few events, unless the last wait took too long and there have been many since. */
    void await() throws InterruptedException {
        if (events.get() < MANY) {
            hangs = false;
        } else if (!hangs) {
            long start = System.nanoTime();
            waiting = Thread.currentThread();
            try {
                while (events.get() > MANY / 2) {
                    long left = patience - (System.nanoTime() - start);
                    if (left <= 0) {
                        hangs = true;
                        return;
                    }
                    LockSupport.parkNanos(this, left);
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
            } finally {
                waiting = null;
            }
        }
    }
}
