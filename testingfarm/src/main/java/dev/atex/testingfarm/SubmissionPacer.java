package dev.atex.testingfarm;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Spreads what is begun at the same time over the interval in which the service is asked. Thread-safe. */
final class SubmissionPacer {
    private final long interval;
    private long gap;
    private long next = System.nanoTime();

    SubmissionPacer(Duration interval) {
        this.interval = interval.toNanos();
    }

    /** So many are about to be begun. */
    synchronized void batch(int size) {
        gap = interval / Math.max(1, size);
    }

    /** Waits for the caller's turn. */
    void await() throws InterruptedException {
        long wait;
        synchronized (this) {
            long now = System.nanoTime();
            long turn = next - now > 0 ? next : now;
            next = turn + gap;
            wait = turn - now;
        }
        TimeUnit.NANOSECONDS.sleep(wait);
    }
}
