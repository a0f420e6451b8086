package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the output of a run that goes on.
 *
 * @param attempts every attempt that may be in the output, at most one of each test
 */
public record Resume(Map<Attempt, Known> attempts) {

    /** Copies its argument. */
    public Resume {
        attempts = Map.copyOf(attempts);
    }

    /** How sure it is that an attempt is in the output. */
    public enum Standing {
        /** It was stored, and stays if all of it is there. */
        STORED,
        /**
         * It may have been stored, wholly or by half, when the run ended. While its artifacts have results, what the output
         * has of it goes back to them. Where they have none any more, it is in the output whole and stays there, unless its
         * own result is {@code infra}, which the end of the run may have caused.
         */
        DOUBTFUL,
        /** It may be there, and does not count any more. */
        REPLACED
    }

    /**
     * One attempt.
     *
     * @param artifacts where it goes back to if it does not stay in the output
     * @param commit what {@link Aggregator#ingest} returned for it, if that is known
     */
    public record Known(Standing standing, TestArtifacts artifacts, Optional<Commit> commit) {
        /** One that was stored. */
        public static Known stored(TestArtifacts artifacts, Commit commit) {
            return new Known(Standing.STORED, artifacts, Optional.of(commit));
        }

        /** One that must have been stored, though nobody heard of it. */
        public static Known stored(TestArtifacts artifacts) {
            return new Known(Standing.STORED, artifacts, Optional.empty());
        }

        /** One that may have been stored. */
        public static Known doubtful(TestArtifacts artifacts) {
            return new Known(Standing.DOUBTFUL, artifacts, Optional.empty());
        }

        /** One that does not count any more. */
        public static Known replaced(TestArtifacts artifacts) {
            return new Known(Standing.REPLACED, artifacts, Optional.empty());
        }
    }
}
