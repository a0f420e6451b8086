package dev.atex.run;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of a run.
 *
 * @param outcomes one for each test asked for, in the order asked
 * @param problems what went wrong outside of tests, one sentence each, in order: failed set-ups, releases, hooks
 * @param interrupted the reason given to {@link Orchestrator#interrupt}, if it was
 * @param elapsed the duration of the whole run
 */
public record RunSummary(
        List<Outcome> outcomes, List<String> problems, Optional<String> interrupted, Duration elapsed) {

    /** Copies its arguments. */
    public RunSummary {
        outcomes = List.copyOf(outcomes);
        problems = List.copyOf(problems);
    }

    /** Returns a summary with one more problem, which was found after the run. */
    public RunSummary withProblem(String problem) {
        List<String> more = new ArrayList<>(problems);
        more.add(problem);
        return new RunSummary(outcomes, more, interrupted, elapsed);
    }

    /** The final word on a test. */
    public enum Verdict {
        /** It has not failed, as {@link Ending#outcome()} decides, and its result is stored. */
        PASSED,
        /** It passed like that, after an attempt in which the test itself failed, see {@link FailureClass#isOfTheTest}. */
        FLAKY,
        /** Its own result or one of its subtests failed, or it ran over its duration. */
        FAILED,
        /** The infrastructure failed, or the result could not be stored. */
        INFRA,
        /** It was running when the run was interrupted. */
        CANCELLED,
        /** It was not run. */
        NOT_RUN;

        /** Returns the verdict on a test if the result of its last attempt is stored. */
        public static Verdict of(Ending ending) {
            if (ending.isCancelled()) {
                return CANCELLED;
            }
            return switch (ending.outcome()) {
                case FAIL, ERROR -> FAILED;
                case INFRA -> INFRA;
                case PASS, INFO, WARN, SKIP -> PASSED;
            };
        }

        /** Returns whether it passed in the end. */
        public boolean passed() {
            return this == PASSED || this == FLAKY;
        }
    }

    /**
     * The final outcome of one test.
     *
     * @param test its name
     * @param attempts how many were begun
     * @param verdict the final word
     * @param status of the last attempt's own result, or {@code ""} where there is none
     * @param note why it ended as it did, see {@link Ending#reason()}, or why there is no result
     * @param log the captured output of the last attempt: a file that is there
     */
    public record Outcome(
            String test, int attempts, Verdict verdict, String status, Optional<String> note, Optional<Path> log) {

        /** One word for it, the same in all that is shown: that of its status where it agrees with the verdict. */
        public String word() {
            return switch (verdict) {
                case NOT_RUN -> "not run";
                case CANCELLED -> "cancelled";
                case INFRA -> Status.INFRA.word();
                case FLAKY -> "flaky";
                case FAILED -> isError() ? Status.ERROR.word() : Status.FAIL.word();
                case PASSED ->
                    status.isEmpty() ? Status.PASS.word() : Status.of(status).word();
            };
        }

        private boolean isError() {
            return !status.isEmpty() && Status.of(status) == Status.ERROR;
        }

        /** Returns whether the test passed with the status {@code skip}: it did not apply. */
        public boolean isSkipped() {
            return verdict == Verdict.PASSED && word().equals(Status.SKIP.word());
        }
    }
}
