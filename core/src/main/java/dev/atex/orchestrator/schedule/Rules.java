package dev.atex.orchestrator.schedule;

import java.time.Duration;
import java.util.List;

/**
 * What a scheduler is to go by.
 *
 * @param tests to be run, each name once
 * @param provisioners their names, each once, at least one
 * @param maxSpares machines kept ready when the queue is empty
 * @param maxFailedSetups failed set-ups made up for by another machine
 * @param maxFailed no test is begun any more when so many have failed for good; 0 for no limit
 * @param prepareTries failures of set-ups in the same way, before any success, with which a provisioner is given up
 * @param oneByOne one machine and one test at a time, instead of as many as there are
 */
public record Rules(
        List<Ranked> tests,
        List<String> provisioners,
        int maxSpares,
        int maxFailedSetups,
        int maxFailed,
        int prepareTries,
        boolean oneByOne) {

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
     */
    public record Ranked(String test, int rank, int attempts, Duration longest) {

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
