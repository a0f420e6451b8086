package dev.atex.orchestrator;

import dev.atex.executor.FailureClass;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How one attempt at a test ended.
 *
 * @param exitCode the test's own; empty when it did not come to its end
 * @param failure why it did not, never {@link FailureClass#TEST}; empty when it did
 * @param status of the last result for the test itself: {@code pass}, {@code fail}, {@code infra}...
 * @param note of that result
 * @param log where the test's captured output is, relative to {@code files/} of its artifacts
 */
public record Ending(
        OptionalInt exitCode,
        Optional<FailureClass> failure,
        Optional<String> status,
        Optional<String> note,
        Optional<String> log) {
    private static final Set<String> FAILURES = Set.of("fail", "error", "infra");

    /** Why the attempt failed, {@link FailureClass#TEST} where the test itself did; empty if it did not fail. */
    public Optional<FailureClass> failureClass() {
        if (failure.isPresent()) {
            return failure;
        }
        boolean failed =
                exitCode.orElse(1) != 0 || status.filter(FAILURES::contains).isPresent();
        return failed ? Optional.of(FailureClass.TEST) : Optional.empty();
    }

    /** Whether the attempt failed, and not because somebody asked for its end. */
    boolean isFailure() {
        return failureClass().filter(reason -> reason != FailureClass.CANCELLED).isPresent();
    }
}
