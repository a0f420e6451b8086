package dev.atex.executor.fmf.machine;

/** How long something may go on; may change while it does. Thread-safe. */
@FunctionalInterface
public interface TimeLimit {

    /** Nanoseconds left from now, zero or less when the time is over. */
    long remainingNanos();

    /** Without a limit. */
    static TimeLimit none() {
        return () -> Long.MAX_VALUE;
    }
}
