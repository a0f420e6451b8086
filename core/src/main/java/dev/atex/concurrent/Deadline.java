package dev.atex.concurrent;

import java.time.Duration;

/**
 * A point on the monotonic clock after which waiting is over. Immutable and thread-safe.
 *
 * <p>Every blocking call of this library takes one, so that nested waits share what is left of the outermost.
 */
public final class Deadline {
    /** As long as this clock can tell, without overflow. */
    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE / 4);

    private static final Deadline NEVER = new Deadline(0, true);

    private final long nanoTime;
    private final boolean never;

    private Deadline(long nanoTime, boolean never) {
        this.nanoTime = nanoTime;
        this.never = never;
    }

    /** A deadline that is {@code wait} from now; zero or negative means already expired. */
    public static Deadline after(Duration wait) {
        return wait.compareTo(FOREVER) >= 0 ? NEVER : new Deadline(System.nanoTime() + wait.toNanos(), false);
    }

    /** A deadline that does not expire. For waits that an interrupt or a close is known to end. */
    public static Deadline never() {
        return NEVER;
    }

    /** Whether waiting is over. */
    public boolean isExpired() {
        return remainingNanos() <= 0;
    }

    /** Nanoseconds left, never negative; {@link Long#MAX_VALUE} for {@link #never()}. */
    public long remainingNanos() {
        return never ? Long.MAX_VALUE : Math.max(0, nanoTime - System.nanoTime());
    }

    /** Time left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** The earlier of this and {@code wait} from now. */
    public Deadline orAfter(Duration wait) {
        return remaining().compareTo(wait) <= 0 ? this : after(wait);
    }

    @Override
    public String toString() {
        return never ? "never" : "in " + remaining();
    }
}
