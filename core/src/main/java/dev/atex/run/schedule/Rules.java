package dev.atex.run.schedule;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a scheduler.
 *
 * @param tests tests to run, each name once
 * @param provisioners names of the provisioners, each once, at least one
 * @param maxSpares machines that are kept when the queue is empty
 * @param maxFailedSetups failed set-ups that are replaced by another machine
 * @param maxFailed number of failed tests after which no test starts; 0 for no limit
 * @param prepareTries number of set-ups that may fail in the same way, without a success, before a provisioner is given up
 * @param prepareMachines number of machines on which they may fail before a provisioner is given up
 * @param oneByOne one machine and one test at a time, instead of all available machines
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
     * The earlier sessions of a resumed run.
     *
     * @param failed tests that failed finally
     * @param stop why no more tests were started, if that was decided
     */
    public record Before(int failed, Optional<String> stop) {
        /** No earlier sessions. */
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
     * @param rank smaller ranks run sooner; equal ranks in the given order
     * @param attempts number of attempts in earlier sessions
     * @param longest longest duration; zero if unknown
     * @param cutOff whether the end of the run cut off the last of those attempts
     */
    public record Ranked(String test, int rank, int attempts, Duration longest, boolean cutOff) {

        /** Creates a test that was not cut off. */
        public Ranked(String test, int rank, int attempts, Duration longest) {
            this(test, rank, attempts, longest, false);
        }

        /** Creates a test with an unknown duration. */
        public Ranked(String test, int rank, int attempts) {
            this(test, rank, attempts, Duration.ZERO);
        }

        /** Creates a test that was never started. */
        public Ranked(String test, int rank) {
            this(test, rank, 0);
        }
    }
}
