package dev.atex.testingfarm.api;

import java.time.Duration;

/**
 * How often the service is asked, and how long it is borne with. Immutable.
 *
 * @param poll a request or log that is waited for is read that often at most
 * @param firstPause before a failed call is tried again; twice as long each time
 * @param longestPause until it is this long
 * @param patience after this time a call is not tried again
 * @param answer the longest that an answer may take to begin, and to go on
 * @param hopeless after this time a call is not tried again that fails as if it could never succeed, at a host that has not answered
 *     yet
 * @param settle how long after a call whose answer was lost its effect may still come to light
 */
public record Pace(
        Duration poll,
        Duration firstPause,
        Duration longestPause,
        Duration patience,
        Duration answer,
        Duration hopeless,
        Duration settle) {

    /** What the service asks for: 30 s between reads; pauses of 2, 4, 8 ... 120 s for 4 hours. */
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

    /** The same with another time between reads. */
    public Pace withPoll(Duration time) {
        return new Pace(time, firstPause, longestPause, patience, answer, hopeless, settle);
    }

    /** The same with another first pause. */
    public Pace withFirstPause(Duration time) {
        return new Pace(poll, time, longestPause, patience, answer, hopeless, settle);
    }

    /** The same with another patience. */
    public Pace withPatience(Duration time) {
        return new Pace(poll, firstPause, longestPause, time, answer, hopeless, settle);
    }

    /** The same with another time for a single answer. */
    public Pace withAnswer(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, time, hopeless, settle);
    }

    /** The same with another time for calls that fail as if they could never succeed. */
    public Pace withHopeless(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, answer, time, settle);
    }

    /** The same with another time for effects to come to light. */
    public Pace withSettle(Duration time) {
        return new Pace(poll, firstPause, longestPause, patience, answer, hopeless, time);
    }

    Duration after(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(longestPause) < 0 ? twice : longestPause;
    }
}
