package dev.atex.concurrent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Starts processes of this host one after the other. Thread-safe.
 *
 * <p>The JVM starts a process through a helper that inherits all its open files, and closes them only when it has read what
 * to run. Two helpers at a time hold each other's pipes: if the JVM is killed just then, both wait for ever for the other,
 * and with them whoever waits for a pipe of the JVM to close, such as the guard of a run.
 */
public final class ProcessLauncher {
    private static final ReentrantLock LOCK = new ReentrantLock();

    /** A start takes milliseconds; where one hangs (a program on a file server that is gone), the others go on. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private ProcessLauncher() {}

    /**
     * Starts a process. Waits at most for the start of others, which no interrupt ends.
     *
     * @throws IOException as {@link ProcessBuilder#start()} does
     */
    public static Process start(ProcessBuilder builder) throws IOException {
        boolean alone = lock();
        try {
            return builder.start();
        } finally {
            if (alone) {
                LOCK.unlock();
            }
        }
    }

    private static boolean lock() {
        Deadline deadline = Deadline.after(LONGEST_WAIT);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return LOCK.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
