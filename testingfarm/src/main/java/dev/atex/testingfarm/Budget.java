package dev.atex.testingfarm;

import dev.atex.internal.text.Count;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** How long machines have been rented, all together, and how long they may be. Thread-safe. */
final class Budget {
    private static final long MINUTE = 60_000_000_000L;

    private final OptionalInt minutes;
    /** Since when those are there that have not been given back. */
    private final Map<Object, Long> open = new HashMap<>();

    private long nanos;
    private int machines;

    Budget(OptionalInt minutes) {
        this.minutes = minutes;
    }

    /** A machine is there, since this {@link System#nanoTime}. */
    synchronized void begin(Object machine, long since) {
        if (open.putIfAbsent(machine, since) == null) {
            machines++;
        }
    }

    /** It was given back. */
    synchronized void end(Object machine) {
        Long since = open.remove(machine);
        if (since != null) {
            nanos += System.nanoTime() - since;
        }
    }

    private long used() {
        long now = System.nanoTime();
        return nanos + open.values().stream().mapToLong(since -> now - since).sum();
    }

    /** Whether no more may be rented. */
    synchronized boolean isUsedUp() {
        return minutes.isPresent() && used() >= minutes.getAsInt() * MINUTE;
    }

    /** How many machines there have been. */
    synchronized int machines() {
        return machines;
    }

    /** What there has been, for people. */
    @Override
    public synchronized String toString() {
        long used = (used() + MINUTE - 1) / MINUTE;
        return Count.of(used, "machine-minute") + " on " + Count.of(machines, "machine")
                + (minutes.isPresent() ? ", of " + minutes.getAsInt() : "");
    }
}
