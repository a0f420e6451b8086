package dev.atex.executor.fmf.machine;

import dev.atex.connection.support.LimitMark;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The numbers by which the jobs of one executor are told apart in {@link LimitMark}s, one after the other. Thread-safe. */
final class MarkNumbers {
    /** So many jobs later the numbers begin again. */
    static final int MANY = 4096;

    private final int first;
    private final AtomicInteger used = new AtomicInteger();

    private MarkNumbers(int first) {
        this.first = first;
    }

    /** From a place by chance: two executors may be on one connection. */
    static MarkNumbers random() {
        return new MarkNumbers(ThreadLocalRandom.current().nextInt(LimitMark.NUMBERS - MANY));
    }

    /** Returns the number of a new mark. */
    int next() {
        return first + used.getAndUpdate(n -> n == Integer.MAX_VALUE ? MANY : n + 1) % MANY;
    }

    int first() {
        return first;
    }

    /** Returns how many were used: {@link #first} and those that follow it. */
    int count() {
        return Math.min(used.get(), MANY);
    }
}
