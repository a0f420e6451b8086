package dev.atex.cli.state;

import java.time.Duration;
import java.util.Arrays;

/** Percentiles of many durations. Used by one thread at a time. */
public final class Percentiles {
    private static final int FIRST = 16;

    private long[] millis = new long[FIRST];
    private int count;
    private boolean sorted;

    public void add(Duration time) {
        if (count == millis.length) {
            millis = Arrays.copyOf(millis, 2 * count);
        }
        millis[count++] = time.toMillis();
        sorted = false;
    }

    public int count() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** Returns the percentile for a share (0 to 1), by the nearest rank. */
    public Duration share(double share) {
        if (count == 0) {
            throw new IllegalStateException("there are none");
        }
        if (!sorted) {
            Arrays.sort(millis, 0, count);
            sorted = true;
        }
        int rank = (int) Math.ceil(share * count);
        return Duration.ofMillis(millis[Math.min(count, Math.max(1, rank)) - 1]);
    }
}
