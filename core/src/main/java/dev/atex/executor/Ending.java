package dev.atex.executor;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ending of one attempt. An executor returns it, the orchestrator adds what the results say, events and reports contain
 * it. Together with {@link Status} it is the only definition of a failed test: exit codes, summaries, reruns and reports
 * all use {@link #outcome()}.
 *
 * <p>Executors use {@link #exited} and {@link #aborted}, and seldom another of the methods that return an ending:
 *
 * {@snippet :
 * return lost ? Ending.aborted(FailureClass.CONNECTION, "connection lost") : Ending.exited(code);
 * }
 *
 * @param exitCode the exit code of the test; empty if the test was aborted
 * @param failure why the test was aborted, never {@link FailureClass#TEST}; empty if it was not
 * @param status of the result of the test itself: a word of {@link Status}, or another word that the test reported
 * @param note of that result
 * @param log the captured output, relative to {@code files/} of the artifacts
 * @param subtests those that failed
 * @param machineUntouched {@code true} if the test was aborted before anything was done on the machine, and would be on any
 *     other machine: it is not run again, and the machine runs the next test. Not in events, which contain these decisions.
 */
public record Ending(
        OptionalInt exitCode,
        Optional<FailureClass> failure,
        Optional<String> status,
        Optional<String> note,
        Optional<String> log,
        FailedSubtests subtests,
        boolean machineUntouched) {

    /** The kind of most aborts. */
    private static final String ABORTED = "TestAbortedError";

    /** Creates one of a test that may have touched its machine. */
    public Ending(
            OptionalInt exitCode,
            Optional<FailureClass> failure,
            Optional<String> status,
            Optional<String> note,
            Optional<String> log,
            FailedSubtests subtests) {
        this(exitCode, failure, status, note, log, subtests, false);
    }

    /** Creates one without failed subtests. */
    public Ending(
            OptionalInt exitCode,
            Optional<FailureClass> failure,
            Optional<String> status,
            Optional<String> note,
            Optional<String> log) {
        this(exitCode, failure, status, note, log, FailedSubtests.NONE);
    }

    /** Returns the ending of a test that exited with this code, from 0 to 255. */
    public static Ending exited(int code) {
        return new Ending(OptionalInt.of(code), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * Returns the ending of a test that did not come to its own end; the note is {@code TestAbortedError(REASON)}.
     *
     * @param failure any class but {@link FailureClass#TEST}
     */
    public static Ending aborted(FailureClass failure, String reason) {
        return aborted(failure, ABORTED, reason);
    }

    /**
     * Returns the ending of a test that did not come to its own end; the note is {@code KIND(REASON)}.
     *
     * @param failure any class but {@link FailureClass#TEST}
     * @param kind {@code TestAbortedError}, {@code TestSetupError}, {@code BadControlError}, {@code BadReportJSONError}
     */
    public static Ending aborted(FailureClass failure, String kind, String reason) {
        if (failure == FailureClass.TEST) {
            throw new IllegalArgumentException("a test that failed was not aborted: use Ending.exited");
        }
        return new Ending(
                OptionalInt.empty(),
                Optional.of(failure),
                Optional.of(Status.INFRA.word()),
                Optional.of(kind + "(" + reason + ")"),
                Optional.empty());
    }

    /** Returns the same ending, with the status for a test that reports no result for itself. */
    public Ending reporting(String newStatus, Optional<String> newNote) {
        return new Ending(exitCode, failure, Optional.of(newStatus), newNote, log, subtests, machineUntouched);
    }

    /** Returns the same ending with another note. */
    public Ending noted(String newNote) {
        return new Ending(exitCode, failure, status, Optional.of(newNote), log, subtests, machineUntouched);
    }

    /** Returns the same ending, of a test that did nothing on the machine. */
    public Ending untouched() {
        return new Ending(exitCode, failure, status, note, log, subtests, true);
    }

    /**
     * Returns the same exit code or failure, with what the results say.
     *
     * @param own the result of the test itself; if there is none, status and note stay
     * @param failed the subtests that failed
     */
    public Ending with(Optional<OwnResult> own, FailedSubtests failed) {
        OwnResult said = own.orElseGet(() -> new OwnResult(status, note, log));
        return new Ending(exitCode, failure, said.status(), said.note(), said.log(), failed);
    }

    /** Returns the same ending with its failed subtests counted or ignored. */
    public Ending judged(Subtests how) {
        return new Ending(exitCode, failure, status, note, log, subtests.judged(how), machineUntouched);
    }

    /** Returns why the attempt failed, {@link FailureClass#TEST} if the test itself failed; empty if it did not fail. */
    public Optional<FailureClass> failureClass() {
        return failure.isPresent() || !outcome().failed() ? failure : Optional.of(FailureClass.TEST);
    }

    /** Returns whether the attempt was cancelled. */
    public boolean isCancelled() {
        return failure.filter(FailureClass.CANCELLED::equals).isPresent();
    }

    /** Returns whether the attempt failed, and was not cancelled. */
    public boolean isFailure() {
        return failureClass().isPresent() && !isCancelled();
    }

    /** Returns the word of {@link #outcome()}. */
    public String word() {
        return outcome().word();
    }

    /**
     * Returns the status of the attempt: the one that the test reported, or that of its exit code. If that is no failure,
     * {@code fail} if a subtest failed, or if {@code warn} came with an exit code other than 0. Of an aborted test, {@code
     * fail} after a timeout and {@code infra} otherwise, whatever it reported before.
     */
    public Status outcome() {
        if (failure.isPresent()) {
            return failure.get() == FailureClass.TIMEOUT ? Status.FAIL : Status.INFRA;
        }
        boolean zero = exitCode.orElse(0) == 0;
        Status own = status.map(Status::of).orElse(exitCode.isPresent() && zero ? Status.PASS : Status.FAIL);
        boolean fails = subtests.counted() > 0 || (own == Status.WARN && !zero);
        return fails && !own.failed() ? Status.FAIL : own;
    }

    /** Returns the reason: the note, or what made a test fail that reported none. Empty if there is no reason. */
    public Optional<String> reason() {
        Optional<String> said = status.isEmpty() ? note : Status.explained(status.get(), note);
        if (failure.isPresent()) {
            return said.or(() -> failure.map(FailureClass::word));
        }
        if (!outcome().failed()) {
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
