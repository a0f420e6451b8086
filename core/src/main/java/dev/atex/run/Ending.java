package dev.atex.run;

import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.executor.Subtests;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one attempt at a test ended. Here, with {@link Status}, is the only definition of a failed test: exit codes, summaries,
 * reruns and reports all ask {@link #verdict()}.
 *
 * @param exitCode the test's own; empty when it did not come to its end
 * @param failure why it did not, never {@link FailureClass#TEST}; empty when it did
 * @param status of the result for the test itself: a word of {@link Status}, or what else the test called it
 * @param note of that result
 * @param log where the test's captured output is, relative to {@code files/} of its artifacts
 * @param subtests those that failed
 */
public record Ending(
        OptionalInt exitCode,
        Optional<FailureClass> failure,
        Optional<String> status,
        Optional<String> note,
        Optional<String> log,
        FailedSubtests subtests) {

    /** One without failed subtests. */
    public Ending(
            OptionalInt exitCode,
            Optional<FailureClass> failure,
            Optional<String> status,
            Optional<String> note,
            Optional<String> log) {
        this(exitCode, failure, status, note, log, FailedSubtests.NONE);
    }

    /** The same with its failed subtests judged like that. */
    public Ending judged(Subtests how) {
        return new Ending(exitCode, failure, status, note, log, subtests.judged(how));
    }

    /** Why the attempt failed, {@link FailureClass#TEST} where the test itself did; empty if it did not fail. */
    public Optional<FailureClass> failureClass() {
        return failure.isPresent() || verdict() == RunSummary.Verdict.PASSED ? failure : Optional.of(FailureClass.TEST);
    }

    /** Whether the attempt failed, and not because somebody asked for its end. */
    public boolean isFailure() {
        return failureClass().filter(reason -> reason != FailureClass.CANCELLED).isPresent();
    }

    /**
     * One word for it, of {@link Status}: the test's own, or what its exit code says; {@code fail} where that is no failure but
     * a subtest failed, or a warning came with an exit code. If the test did not come to its end, {@code fail} for one that
     * ran over its duration and {@code infra} for the others, whatever they had reported before.
     */
    public String word() {
        return outcome().word();
    }

    private Status outcome() {
        if (failure.isPresent()) {
            return failure.get() == FailureClass.TIMEOUT ? Status.FAIL : Status.INFRA;
        }
        boolean zero = exitCode.orElse(0) == 0;
        Status own = status.map(Status::of).orElse(exitCode.isPresent() && zero ? Status.PASS : Status.FAIL);
        boolean fails = subtests.counted() > 0 || (own == Status.WARN && !zero);
        return fails && !own.failed() ? Status.FAIL : own;
    }

    /** What it means for the test if its result gets stored: the only place where that is decided. */
    public RunSummary.Verdict verdict() {
        if (failure.isPresent() && failure.get() == FailureClass.CANCELLED) {
            return RunSummary.Verdict.CANCELLED;
        }
        return switch (outcome()) {
            case FAIL, ERROR -> RunSummary.Verdict.FAILED;
            case INFRA -> RunSummary.Verdict.INFRA;
            case PASS, INFO, WARN, SKIP -> RunSummary.Verdict.PASSED;
        };
    }

    /**
     * Why it ended as it did: its note, and of a test that failed without one what made it fail. Empty if there is nothing to
     * say.
     */
    public Optional<String> reason() {
        Optional<String> said = status.isEmpty() ? note : Status.explained(status.get(), note);
        if (failure.isPresent()) {
            return said.or(() -> failure.map(FailureClass::word));
        }
        if (verdict() == RunSummary.Verdict.PASSED) {
            return said;
        }
        Optional<String> count = subtests.reason();
        boolean bySubtests = status.isPresent() && !Status.of(status.get()).failed();
        if (said.isPresent()) {
            return bySubtests && count.isPresent() ? Optional.of(said.get() + "; " + count.get()) : said;
        }
        return count.or(() -> exitCode.orElse(0) != 0
                ? Optional.of("exit code " + exitCode.getAsInt())
                : Optional.of("the test reported " + word() + " and no reason"));
    }
}
