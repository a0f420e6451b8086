package dev.atex.orchestrator;

import dev.atex.executor.FailureClass;
import java.util.Optional;
import java.util.OptionalInt;

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

    /** Why the attempt failed, {@link FailureClass#TEST} where the test itself did; empty if it did not fail. */
    public Optional<FailureClass> failureClass() {
        if (failure.isPresent()) {
            return failure;
        }
        boolean failed = exitCode.orElse(1) != 0 || verdict() != RunSummary.Verdict.PASSED;
        return failed ? Optional.of(FailureClass.TEST) : Optional.empty();
    }

    /** Whether the attempt failed, and not because somebody asked for its end. */
    boolean isFailure() {
        return failureClass().filter(reason -> reason != FailureClass.CANCELLED).isPresent();
    }

    /**
     * One word for it: the test's own status, or what its exit code says; if it did not come to its end, {@code fail} for
     * one that ran over its duration and {@code infra} for the others, whatever they had reported before.
     */
    public String word() {
        if (failure.isPresent()) {
            return failure.get() == FailureClass.TIMEOUT ? "fail" : "infra";
        }
        return status.orElse(exitCode.orElse(1) == 0 ? "pass" : "fail");
    }

    /** Why it ended as it did, for people: its note, or else what says that it failed; empty if it did not. */
    public Optional<String> reason() {
        if (note.isPresent() || failureClass().isEmpty()) {
            return note;
        }
        int code = exitCode.orElse(0);
        return Optional.of(code != 0 ? "exit code " + code : "its result is " + word());
    }

    /** What it means for the test if its result gets stored: the only place where that is decided. */
    public RunSummary.Verdict verdict() {
        if (failure.isPresent() && failure.get() == FailureClass.CANCELLED) {
            return RunSummary.Verdict.CANCELLED;
        }
        return switch (word()) {
            case "fail", "error" -> RunSummary.Verdict.FAILED;
            case "infra" -> RunSummary.Verdict.INFRA;
            default -> RunSummary.Verdict.PASSED;
        };
    }
}
