package dev.atex.report.model;

import dev.atex.run.RunSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A test of a run.
 *
 * @param name its name
 * @param verdict the verdict; {@code NOT_RUN} for a test that has not ended in a running run
 * @param status the word for it, see {@link RunSummary.Outcome#word}
 * @param note the note of its result, or why it has none
 * @param attempts its attempts, in order
 * @param results the results of the attempt that counts, including those of the test itself; see {@link
 *     RunReport#openResults}
 * @param files the directory of its files, if it has any
 * @param log its captured output; the file exists
 */
public record ReportedTest(
        String name,
        RunSummary.Verdict verdict,
        String status,
        Optional<String> note,
        List<ReportedAttempt> attempts,
        TestResults results,
        Optional<Path> files,
        Optional<Path> log) {

    /** Copies its argument. */
    public ReportedTest {
        attempts = List.copyOf(attempts);
    }

    /** Returns whether it has ended: its verdict is final. */
    public boolean isOver() {
        return switch (verdict) {
            case PASSED, FLAKY, FAILED, INFRA -> true;
            case CANCELLED, NOT_RUN -> !note.orElse("").isEmpty();
        };
    }

    /** Returns why it did not pass: its note, else the exit code of its last attempt; may be empty. */
    public String reason() {
        if (note.isPresent() || verdict.passed() || attempts.isEmpty()) {
            return note.orElse("");
        }
        return attempts.getLast().reason();
    }

    /**
     * Returns whether a result counts as a failure: a failed result of a test that passed does not, since the test
     * expects it or the user wants that.
     */
    public boolean fails(Result result) {
        return result.failed() && !verdict.passed();
    }

    /** Returns the duration of its last attempt in seconds; 0 if it was never started. */
    public double seconds() {
        return attempts.isEmpty() ? 0 : attempts.getLast().seconds();
    }
}
