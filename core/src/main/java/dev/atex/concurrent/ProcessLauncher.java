package dev.atex.concurrent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Starts processes on this host, one at a time. Thread-safe.
 *
 * <p>The JVM starts a process through a helper, which inherits all open files and closes them only after it has read its
 * command. Two helpers at the same time hold each other's pipes. If the JVM is killed at that moment, both wait for each
 * other forever, and so does everybody who waits for a pipe of the JVM to close, such as the guard of a run.
 */
public final class ProcessLauncher {
    private static final ReentrantLock LOCK = new ReentrantLock();

    /** A start takes milliseconds. If one hangs (a program on a dead file server), other starts continue after this time. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private ProcessLauncher() {}

    /**
     * Starts a process, after starts by other threads. An interrupt does not end that wait.
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
