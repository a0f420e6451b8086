package dev.atex.libvirt;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts failures of machines without a success in between. Of machines that were started at the same time and failed, only
 * one counts. Thread-safe.
 */
final class Streak {
    /** The number of failures after which the next machine would most likely fail too. */
    private static final int LONGEST = 3;

    private final ReentrantLock lock = new ReentrantLock();
    private int failures;
    private long counted;

    void succeeded() {
        lock.lock();
        try {
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a failure.
     *
     * @param started the {@link System#nanoTime} at which the machine was started
     * @return whether no machine should be tried any more
     */
    boolean failed(long started) {
        lock.lock();
        try {
            if (failures == 0 || started - counted >= 0) {
                failures++;
                counted = System.nanoTime();
            }
            return failures >= LONGEST;
        } finally {
            lock.unlock();
        }
    }
}
