package dev.atex.report.model;

import dev.atex.run.RunSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A test of a run.
 *
 * @param name its name
 * @param verdict the final word; a test of a run that goes on and that is not at its end has {@code NOT_RUN}
 * @param status one word for it, see {@link RunSummary.Outcome#word}
 * @param note of that result, or why there is none
 * @param attempts those that were begun, in order
 * @param results which are those of the attempt that counts, the ones for the test itself too; see {@link RunReport#openResults}
 * @param files where its files are; empty where it has none
 * @param log its captured output: a file that is there
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

    /** Whether it is at its end: nothing more will come of it. */
    public boolean isOver() {
        return switch (verdict) {
            case PASSED, FLAKY, FAILED, INFRA -> true;
            case CANCELLED, NOT_RUN -> !note.orElse("").isEmpty();
        };
    }

    /** Why it did not pass: its note, else the exit code of its last attempt; {@code ""} if there is nothing to say. */
    public String reason() {
        if (note.isPresent() || verdict.passed() || attempts.isEmpty()) {
            return note.orElse("");
        }
        return attempts.getLast().reason();
    }

    /**
     * Whether a result of it counts as a failure: one that failed in a test that passed all the same does not, since somebody
     * wants that, or the test expects it.
     */
    public boolean fails(Result result) {
        return result.failed() && !verdict.passed();
    }

    /** How long its last attempt took, in seconds; 0 if it was never begun. */
    public double seconds() {
        return attempts.isEmpty() ? 0 : attempts.getLast().seconds();
    }
}
