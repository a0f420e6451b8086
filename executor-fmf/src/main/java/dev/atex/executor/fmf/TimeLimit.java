package dev.atex.executor.fmf;

/** How long something may go on; may change while it does. Thread-safe. */
@FunctionalInterface
interface TimeLimit {

    /** Nanoseconds left from now, zero or less when the time is over. */
    long remainingNanos();

    /** Without a limit. */
    static TimeLimit none() {
        return () -> Long.MAX_VALUE;
    }
}
