package dev.atex.run.engine;

import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.text.DurationText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Bounds calls that can only be ended by an interrupt, all by the same time, without a thread for each: the caller's own
 * thread makes the call. {@link #run} is the body of the thread that watches. Thread-safe.
 */
final class TimedCalls {
    private final Duration limit;
    /** Threads that are in a call, the oldest first, with the times at which they are interrupted. */
    private final Map<Thread, Long> watched = new LinkedHashMap<>();

    private boolean barking;
    /** True if the watching thread sleeps until another one wakes it. */
    private boolean asleep = true;

    private volatile @Nullable Thread thread;

    TimedCalls(Duration limit) {
        this.limit = limit;
    }

    /**
     * Calls, and interrupts the call when it takes too long, or at its start if no time is left.
     *
     * @throws TimeoutException it was interrupted and did not end well
     */
    void call(TaskScope.Body body) throws Exception {
        Thread caller = Thread.currentThread();
        boolean wake;
        synchronized (this) {
            if (barking) {
                caller.interrupt();
            } else {
                watched.put(caller, System.nanoTime() + limit.toNanos());
            }
            wake = asleep && !barking;
            if (wake) {
                asleep = false;
            }
        }
        if (wake) {
            LockSupport.unpark(thread);
        }
        Throwable thrown = null;
        try {
            body.run();
        } catch (Throwable failure) {
            thrown = failure; // thrown below, unless it is the answer to our interrupt
        }
        if (!leave(caller)) {
            Thread.interrupted(); // it was meant for the call alone
            if (thrown != null) {
                throw timeout(thrown);
            }
        }
        switch (thrown) {
            case null -> {}
            case Exception failure -> throw failure;
            case Error failure -> throw failure;
            default -> throw new IllegalStateException(thrown);
        }
    }

    private TimeoutException timeout(Throwable thrown) {
        String why =
                isBarking() ? "it was cut short: no time was left" : "it took longer than " + DurationText.print(limit);
        TimeoutException timeout = new TimeoutException(why);
        timeout.initCause(thrown);
        return timeout;
    }

    private synchronized boolean isBarking() {
        return barking;
    }

    /** Ends the watch of a call; returns false if this class has interrupted it. */
    private boolean leave(Thread caller) {
        synchronized (this) {
            return watched.remove(caller) != null;
        }
    }

    /** Interrupts all calls, those to come at their begin. */
    synchronized void interruptAll() {
        barking = true;
        watched.keySet().forEach(Thread::interrupt);
        watched.clear();
    }

    /** Runs until interrupted. */
    void run() {
        thread = Thread.currentThread();
        while (!Thread.currentThread().isInterrupted()) {
            long wait = interruptOverdue();
            if (wait == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, wait);
            }
        }
    }

    private synchronized long interruptOverdue() {
        long now = System.nanoTime();
        for (var each = watched.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Thread, Long> oldest = each.next();
            if (oldest.getValue() > now) {
                return oldest.getValue() - now;
            }
            oldest.getKey().interrupt();
            each.remove();
        }
        asleep = true;
        return Long.MAX_VALUE;
    }
}
