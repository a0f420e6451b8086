package dev.atex.testingfarm;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Spreads submissions that start at the same time over one polling interval. Thread-safe. */
final class SubmissionPacer {
    private final long interval;
    private long gap;
    private long next = System.nanoTime();

    SubmissionPacer(Duration interval) {
        this.interval = interval.toNanos();
    }

    /** Announces the number of submissions that will start. */
    synchronized void batch(int size) {
        gap = interval / Math.max(1, size);
    }

    /** Waits until the caller may submit. */
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
