package dev.atex.executor.fmf.control;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much time a test has left. Holds no clock: every call is given the time, in nanoseconds of any monotonic clock,
 * {@link System#nanoTime} say. Thread-safe.
 */
public final class DurationClock {
    /** A limit moved further than this, again and again by a hostile test, stays here. */
    private static final Duration FARTHEST = Duration.ofDays(36_500_000);

    private Duration limit;
    private long start;
    private long saves;
    private @Nullable Duration saved;

    /** A test with this limit that starts at {@code now}. */
    public DurationClock(Duration limit, long now) {
        this.limit = limit;
        this.start = now;
    }

    /**
     * Does what the test asked for. Saves nest; only the outermost pair of {@code save} and {@code restore} counts.
     *
     * @throws IllegalStateException a {@code restore} without {@code save}
     */
    public synchronized void apply(DurationWord word, long now) {
        switch (word) {
            case DurationWord.Set(Duration newLimit) -> restart(newLimit, now);
            case DurationWord.Move(Duration by) -> limit = within(limit.plus(by));
            case DurationWord.Save _ -> {
                if (saves++ == 0) {
                    saved = remaining(now);
                }
            }
            case DurationWord.Restore _ -> {
                if (saves == 0 || saved == null) {
                    throw new IllegalStateException("duration restore without duration save");
                }
                if (--saves == 0) {
                    restart(saved, now);
                }
            }
        }
    }

    private static Duration within(Duration moved) {
        if (moved.abs().compareTo(FARTHEST) <= 0) {
            return moved;
        }
        return moved.isNegative() ? FARTHEST.negated() : FARTHEST;
    }

    private void restart(Duration newLimit, long now) {
        limit = newLimit;
        start = now;
    }

    /** The time left; zero or negative when it is over. */
    public synchronized Duration remaining(long now) {
        return limit.minusNanos(now - start);
    }
}
