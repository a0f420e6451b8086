package dev.atex.run.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the coordinator at one time, the next expiry of its {@link Timers}, so that it need not set a deadline for each of
 * its many short waits.
 * {@link #run} is the body of a thread; the coordinator calls {@link #set}.
 */
final class Alarm {
    private static final long NEVER = Long.MAX_VALUE;

    private final Inbox inbox;
    private final AtomicLong due = new AtomicLong(NEVER);
    private volatile @Nullable Thread thread;

    Alarm(Inbox inbox) {
        this.inbox = inbox;
    }

    /** Sets the time of the next wake-up, which replaces the last one. */
    void set(long nanoTime) {
        due.set(nanoTime);
        LockSupport.unpark(thread);
    }

    /** Runs until interrupted. */
    void run() {
        thread = Thread.currentThread();
        while (!Thread.currentThread().isInterrupted()) {
            long next = due.get();
            long wait = next - System.nanoTime();
            if (next == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else if (due.compareAndSet(next, NEVER)) {
                inbox.post(at -> null);
            }
        }
    }
}
