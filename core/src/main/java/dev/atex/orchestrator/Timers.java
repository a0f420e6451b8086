package dev.atex.orchestrator;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Running waits. As all waits for the same limit are equally long, they expire in the order in which they began, and
 * starting, stopping and finding the next cost O(1). Used by one thread.
 */
final class Timers {
    private final Limits limits;
    private final Map<Limit, SequencedMap<String, Long>> expiries = new EnumMap<>(Limit.class);

    Timers(Limits limits) {
        this.limits = limits;
        for (Limit limit : Limit.values()) {
            expiries.put(limit, new LinkedHashMap<>());
        }
    }

    record Timer(Limit limit, String subject) {}

    void start(Limit limit, String subject, long nowNanos) {
        of(limit).putLast(subject, nowNanos + limits.of(limit).toNanos());
    }

    void stop(Limit limit, String subject) {
        of(limit).remove(subject);
    }

    /** Nanoseconds until the next wait is over, 0 if one is. */
    long remaining(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (SequencedMap<String, Long> each : expiries.values()) {
            if (!each.isEmpty()) {
                least = Math.min(least, Math.max(0, each.firstEntry().getValue() - nowNanos));
            }
        }
        return least;
    }

    /** Takes the waits that are over. */
    List<Timer> expired(long nowNanos) {
        List<Timer> over = new ArrayList<>();
        expiries.forEach((limit, each) -> {
            while (!each.isEmpty() && each.firstEntry().getValue() <= nowNanos) {
                over.add(new Timer(limit, each.pollFirstEntry().getKey()));
            }
        });
        return over;
    }

    private SequencedMap<String, Long> of(Limit limit) {
        SequencedMap<String, Long> each = expiries.get(limit);
        if (each == null) {
            throw new IllegalStateException("no timers for " + limit);
        }
        return each;
    }
}
