package dev.atex.concurrent;

import java.time.Duration;

/**
 * A point on the monotonic clock at which a wait ends. Immutable and thread-safe.
 *
 * <p>Every blocking call of this library takes one, so that nested waits share the remaining time of the outermost one.
 */
public final class Deadline {
    /** The longest wait that this clock can represent without overflow. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE / 4);

    private static final Deadline NEVER = new Deadline(0, true);

    private final long nanoTime;
    private final boolean never;

    private Deadline(long nanoTime, boolean never) {
        this.nanoTime = nanoTime;
        this.never = never;
    }

    /** Returns a deadline {@code wait} from now; one that has expired already if that is zero or negative. */
    public static Deadline after(Duration wait) {
        return wait.compareTo(FOREVER) >= 0 ? NEVER : new Deadline(System.nanoTime() + wait.toNanos(), false);
    }

    /** Returns a deadline that does not expire, for waits that an interrupt or a close is known to end. */
    public static Deadline never() {
        return NEVER;
    }

    /** Returns whether the deadline has passed. */
    public boolean isExpired() {
        return remainingNanos() <= 0;
    }

    /** Returns the nanoseconds left, never negative; {@link Long#MAX_VALUE} for {@link #never()}. */
    public long remainingNanos() {
        return never ? Long.MAX_VALUE : Math.max(0, nanoTime - System.nanoTime());
    }

    /** Returns the time left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** Returns the earlier of this deadline and {@code wait} from now. */
    public Deadline orAfter(Duration wait) {
        return remaining().compareTo(wait) <= 0 ? this : after(wait);
    }

    @Override
    public String toString() {
        return never ? "never" : "in " + remaining();
    }
}
