package dev.atex.run.schedule;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a scheduler is to go by.
 *
 * @param tests to be run, each name once
 * @param provisioners their names, each once, at least one
 * @param maxSpares machines kept ready when the queue is empty
 * @param maxFailedSetups failed set-ups made up for by another machine
 * @param maxFailed no test is begun any more when so many have failed for good; 0 for no limit
 * @param prepareTries failures of set-ups in the same way, before any success, with which a provisioner is given up
 * @param prepareMachines on how many machines at most
 * @param oneByOne one machine and one test at a time, instead of as many as there are
 */
public record Rules(
        List<Ranked> tests,
        List<String> provisioners,
        int maxSpares,
        int maxFailedSetups,
        int maxFailed,
        int prepareTries,
        int prepareMachines,
        boolean oneByOne) {

    /**
     * What a run that goes on has behind it.
     *
     * @param failed tests that failed for good
     * @param stop why no test was to be begun any more, if that was so
     */
    public record Before(int failed, Optional<String> stop) {
        /** A run that begins. */
        public static final Before NOTHING = new Before(0, Optional.empty());
    }

    /** Copies its arguments. */
    public Rules {
        tests = List.copyOf(tests);
        provisioners = List.copyOf(provisioners);
    }

    /**
     * A test and its place in the order.
     *
     * @param rank smaller is sooner; equal ranks go as given
     * @param attempts those that were begun before, when a run is resumed
     * @param longest how long it may take; zero if that is not known
     * @param cutOff whether the last of those attempts was cut off by the end of the run
     */
    public record Ranked(String test, int rank, int attempts, Duration longest, boolean cutOff) {

        /** A test that was not cut off. */
        public Ranked(String test, int rank, int attempts, Duration longest) {
            this(test, rank, attempts, longest, false);
        }

        /** A test of which nobody knows how long it takes. */
        public Ranked(String test, int rank, int attempts) {
            this(test, rank, attempts, Duration.ZERO);
        }

        /** A test that was never begun. */
        public Ranked(String test, int rank) {
            this(test, rank, 0);
        }
    }
}
