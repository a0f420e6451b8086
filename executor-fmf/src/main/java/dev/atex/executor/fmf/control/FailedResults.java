package dev.atex.executor.fmf.control;

import java.util.Optional;

/**
 * Those of some results that have failed.
 *
 * @param name of the first one
 * @param status of that one
 * @param worst of all
 */
public record FailedResults(String name, TestStatus status, TestStatus worst) {

    /** The first one, as a note has it. */
    public String note() {
        return name + ": " + status.word();
    }

    /** With one more result. */
    static Optional<FailedResults> and(Optional<FailedResults> before, String name, TestStatus status) {
        if (!status.failed()) {
            return before;
        }
        return Optional.of(before.map(known -> new FailedResults(known.name, known.status, known.worst.or(status)))
                .orElseGet(() -> new FailedResults(name, status, status)));
    }
}
