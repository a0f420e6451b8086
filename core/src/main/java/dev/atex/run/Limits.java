package dev.atex.run;

import dev.atex.internal.text.DurationText;
import java.time.Duration;

/**
 * The durations of all limits of a run. Every wait ends: each limit is positive and finite. Immutable; start from
 * {@link #defaults()}.
 *
 * @param run the whole run; 7 days by default
 * @param firstRemote the wait for a machine while tests are queued and there is none; 24 hours
 * @param setUp the set-up of one machine; 1 hour
 * @param idle the wait of a ready machine for a test; 10 minutes
 * @param release the release of one machine; 5 minutes
 * @param cancel the end of cancelled tests, and the storing of their results; 1 minute
 * @param ingest the storing of the last results; 10 minutes
 * @param forcedRelease all releases together after a second interrupt; 5 seconds
 * @param reap the freeing of resources after the process was killed; 24 hours
 */
public record Limits(
        Duration run,
        Duration firstRemote,
        Duration setUp,
        Duration idle,
        Duration release,
        Duration cancel,
        Duration ingest,
        Duration forcedRelease,
        Duration reap) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Checks that each limit is positive and at most a hundred years. */
    public Limits {
        for (Duration each :
                new Duration[] {run, firstRemote, setUp, idle, release, cancel, ingest, forcedRelease, reap}) {
            if (each.isZero() || each.isNegative() || each.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "a limit must be more than 0 and at most 36500d, not " + DurationText.print(each));
            }
        }
    }

    /** Returns generous limits, for slow machines. */
    public static Limits defaults() {
        return new Limits(
                Duration.ofDays(7),
                Duration.ofHours(24),
                Duration.ofHours(1),
                Duration.ofMinutes(10),
                Duration.ofMinutes(5),
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                Duration.ofSeconds(5),
                Duration.ofHours(24));
    }

    /** Returns the duration of {@code limit}. */
    public Duration of(Limit limit) {
        return switch (limit) {
            case RUN -> run;
            case FIRST_REMOTE -> firstRemote;
            case SET_UP -> setUp;
            case IDLE -> idle;
            case RELEASE -> release;
            case CANCEL -> cancel;
            case INGEST -> ingest;
            case FORCED_RELEASE -> forcedRelease;
            case REAP -> reap;
        };
    }

    /** Returns a copy with one limit changed. */
    public Limits with(Limit limit, Duration wait) {
        return new Limits(
                limit == Limit.RUN ? wait : run,
                limit == Limit.FIRST_REMOTE ? wait : firstRemote,
                limit == Limit.SET_UP ? wait : setUp,
                limit == Limit.IDLE ? wait : idle,
                limit == Limit.RELEASE ? wait : release,
                limit == Limit.CANCEL ? wait : cancel,
                limit == Limit.INGEST ? wait : ingest,
                limit == Limit.FORCED_RELEASE ? wait : forcedRelease,
                limit == Limit.REAP ? wait : reap);
    }
}
