package dev.atex.testingfarm;

import dev.atex.internal.text.Count;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The total time of all rented machines, and its limit. Thread-safe. */
final class Budget {
    private static final long MINUTE = 60_000_000_000L;

    private final OptionalInt minutes;
    /** The start times of machines that have not been released. */
    private final Map<Object, Long> open = new HashMap<>();

    private long nanos;
    private int machines;

    Budget(OptionalInt minutes) {
        this.minutes = minutes;
    }

    /** Counts a machine from this {@link System#nanoTime} on. */
    synchronized void begin(Object machine, long since) {
        if (open.putIfAbsent(machine, since) == null) {
            machines++;
        }
    }

    /** Ends the time of a machine. */
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

    /** Returns whether the limit is reached. */
    synchronized boolean isUsedUp() {
        return minutes.isPresent() && used() >= minutes.getAsInt() * MINUTE;
    }

    /** Returns the number of machines so far. */
    synchronized int machines() {
        return machines;
    }

    /** Returns the total as text. */
    @Override
    public synchronized String toString() {
        long used = (used() + MINUTE - 1) / MINUTE;
        return Count.of(used, "machine-minute") + " on " + Count.of(machines, "machine")
                + (minutes.isPresent() ? ", of " + minutes.getAsInt() : "");
    }
}
