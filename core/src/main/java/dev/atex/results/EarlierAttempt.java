package dev.atex.results;

import dev.atex.aggregator.Commit;
import dev.atex.executor.TestArtifacts;
import java.util.Optional;

/**
 * An attempt that the output of an earlier session may contain.
 *
 * @param standing the information about it in the event log
 * @param artifacts the artifacts of the attempt; empty for a result that the run itself reported, because the test was not run
 * @param commit the commit of the attempt, if it is in the event log
 */
public record EarlierAttempt(Standing standing, Optional<TestArtifacts> artifacts, Optional<Commit> commit) {

    /** The information about an attempt in the event log. */
    public enum Standing {
        /** Its end is in the event log. It stays if the output has all of it. */
        STORED,
        /**
         * Its end is not in the event log. It stays if the output has all of it, unless its own result is {@code infra},
         * which the end of the run may have caused.
         */
        DOUBTFUL,
        /** It does not count anymore, and is removed. */
        REPLACED
    }

    /** Returns an attempt whose end and commit are in the event log. */
    public static EarlierAttempt stored(TestArtifacts artifacts, Commit commit) {
        return new EarlierAttempt(Standing.STORED, Optional.of(artifacts), Optional.of(commit));
    }

    /** An attempt whose end is in the event log, but not whether it was stored. */
    public static EarlierAttempt stored(TestArtifacts artifacts) {
        return new EarlierAttempt(Standing.STORED, Optional.of(artifacts), Optional.empty());
    }

    /** An attempt whose end is not in the event log. */
    public static EarlierAttempt doubtful(TestArtifacts artifacts) {
        return new EarlierAttempt(Standing.DOUBTFUL, Optional.of(artifacts), Optional.empty());
    }

    /** An attempt that does not count anymore. */
    public static EarlierAttempt replaced(TestArtifacts artifacts) {
        return new EarlierAttempt(Standing.REPLACED, Optional.of(artifacts), Optional.empty());
    }

    /** A result for a test that was not run; it stays. */
    public static EarlierAttempt notRun(Commit commit) {
        return new EarlierAttempt(Standing.STORED, Optional.empty(), Optional.of(commit));
    }

    /** A result for a test that was not run; it does not count anymore. */
    public static EarlierAttempt notRun() {
        return new EarlierAttempt(Standing.REPLACED, Optional.empty(), Optional.empty());
    }
}
