package dev.atex.testingfarm.api;

import java.time.Duration;

/**
 * Intervals and limits of calls to the service. Immutable.
 *
 * @param poll the shortest time between two reads of a request or log
 * @param firstPause the pause before the first retry, doubled each time
 * @param longestPause the longest pause
 * @param patience the time for which a call is retried
 * @param answer the longest time without a byte of an answer
 * @param hopeless the time for which a call is retried if its failure looks permanent and the host has never answered
 * @param settle the time in which the effect of a call with a lost answer may appear
 */
public record Pace(
        Duration poll,
        Duration firstPause,
        Duration longestPause,
        Duration patience,
        Duration answer,
        Duration hopeless,
        Duration settle) {

    /** Returns the values that the service asks for: 30 s between reads; retries after 2, 4, 8 ... 120 s for 4 hours. */
    public static Pace usual() {
        return new Pace(
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofMinutes(2),
                Duration.ofHours(4),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
    }

    /** Returns a copy with another time between reads. */
    public Pace withPoll(Duration time) {
        return new Pace(time, firstPause, longestPause, patience, answer, hopeless, settle);
    }

    /** Returns a copy with another first pause. */
    public Pace withFirstPause(Duration time) {
        return new Pace(poll, time, longestPause, patience, answer, hopeless, settle);
    }

    /** Returns a copy with another time for retries. */
    public Pace withPatience(Duration time) {
        return new Pace(poll, firstPause, longestPause, time, answer, hopeless, settle);
    }

    /** Returns a copy with another time for an answer. */
    public Pace withAnswer(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, time, hopeless, settle);
    }

    /** Returns a copy with another time for failures that look permanent. */
    public Pace withHopeless(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, answer, time, settle);
    }

    /** Returns a copy with another time for effects to appear. */
    public Pace withSettle(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, answer, hopeless, time);
    }

    Duration after(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(longestPause) < 0 ? twice : longestPause;
    }
}
