package dev.atex.run.engine;

import dev.atex.run.Limit;
import dev.atex.run.Limits;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The running timers of a run and when each expires; it waits for nothing, {@link Alarm} does. All timers of a limit have the same duration, so they expire in the order of their starts, and
 * starting or stopping one costs O(1). Used by one thread.
 */
final class Timers {
    /** The result of {@link #next} if no timer is running. */
    static final long NONE = Long.MAX_VALUE;

    private final Limits limits;
    private final Map<Limit, SequencedMap<String, Long>> expiries = new EnumMap<>(Limit.class);
    private long next = NONE;

    Timers(Limits limits) {
        this.limits = limits;
    }

    record Timer(Limit limit, String subject) {}

    void start(Limit limit, String subject, long nowNanos) {
        long expiry = nowNanos + limits.of(limit).toNanos();
        of(limit).putLast(subject, expiry);
        next = Math.min(next, expiry);
    }

    void stop(Limit limit, String subject) {
        of(limit).remove(subject);
    }

    /** Returns when to call {@link #expired}; may be too early if a timer was stopped. */
    long next() {
        return next;
    }

    /** Removes and returns the expired timers. */
    List<Timer> expired(long nowNanos) {
        if (nowNanos < next) {
            return List.of();
        }
        List<Timer> over = new ArrayList<>();
        next = NONE;
        expiries.forEach((limit, each) -> {
            while (!each.isEmpty() && each.firstEntry().getValue() <= nowNanos) {
                over.add(new Timer(limit, each.pollFirstEntry().getKey()));
            }
            if (!each.isEmpty()) {
                next = Math.min(next, each.firstEntry().getValue());
            }
        });
        return over;
    }

    private SequencedMap<String, Long> of(Limit limit) {
        return expiries.computeIfAbsent(limit, any -> new LinkedHashMap<>());
    }
}
