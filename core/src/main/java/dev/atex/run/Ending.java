package dev.atex.run;

import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.executor.Status;
import dev.atex.executor.Subtests;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ending of one attempt. Together with {@link Status} it is the only definition of a failed test: exit codes,
 * summaries, reruns and reports all use {@link #verdict()}.
 *
 * @param exitCode the exit code of the test; empty if the test was aborted
 * @param failure why the test was aborted, never {@link FailureClass#TEST}; empty if it was not
 * @param status of the result of the test itself: a word of {@link Status}, or another word that the test reported
 * @param note of that result
 * @param log the captured output, relative to {@code files/} of the artifacts
 * @param subtests those that failed
 */
public record Ending(
        OptionalInt exitCode,
        Optional<FailureClass> failure,
        Optional<String> status,
        Optional<String> note,
        Optional<String> log,
        FailedSubtests subtests) {

    /** Creates one without failed subtests. */
    public Ending(
            OptionalInt exitCode,
            Optional<FailureClass> failure,
            Optional<String> status,
            Optional<String> note,
            Optional<String> log) {
        this(exitCode, failure, status, note, log, FailedSubtests.NONE);
    }

    /**
     * Returns the ending of an attempt.
     *
     * @param own the result of the test itself; empty if there is none
     */
    public static Ending of(
            OptionalInt exitCode, Optional<FailureClass> failure, Optional<OwnResult> own, FailedSubtests subtests) {
        return new Ending(
                exitCode,
                failure,
                own.flatMap(OwnResult::status),
                own.flatMap(OwnResult::note),
                own.flatMap(OwnResult::log),
                subtests);
    }

    /** Returns the same ending with its failed subtests counted or ignored. */
    public Ending judged(Subtests how) {
        return new Ending(exitCode, failure, status, note, log, subtests.judged(how));
    }

    /** Returns why the attempt failed, {@link FailureClass#TEST} if the test itself failed; empty if it did not fail. */
    public Optional<FailureClass> failureClass() {
        return failure.isPresent() || verdict() == RunSummary.Verdict.PASSED ? failure : Optional.of(FailureClass.TEST);
    }

    /** Returns whether the attempt failed, and was not cancelled. */
    public boolean isFailure() {
        return failureClass().filter(reason -> reason != FailureClass.CANCELLED).isPresent();
    }

    /**
     * Returns the word of {@link Status} for it: the status that the test reported, or that of its exit code. If that is no
     * failure, {@code fail} if a subtest failed, or if {@code warn} came with an exit code other than 0. Of an aborted test,
     * {@code fail} after a timeout and {@code infra} otherwise, whatever it reported before.
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

    /** Returns the verdict on the test if its result gets stored: the only place that decides this. */
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

    /** Returns the reason: the note, or what made a test fail that reported none. Empty if there is no reason. */
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
