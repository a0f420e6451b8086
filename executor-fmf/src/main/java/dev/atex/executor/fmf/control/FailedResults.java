package dev.atex.executor.fmf.control;

import java.util.Optional;

/**
 * The worst of some results that have failed: of several that are equally bad, the first one.
 *
 * @param name of that one
 * @param status of that one
 */
public record FailedResults(String name, TestStatus status) {

    /** It, as a note has it. */
    public String note() {
        return name + ": " + status.word();
    }

    /** With one more result. */
    static Optional<FailedResults> and(Optional<FailedResults> before, String name, TestStatus status) {
        boolean isWorse = status.failed()
                && before.map(known -> status.compareTo(known.status) > 0).orElse(true);
        return isWorse ? Optional.of(new FailedResults(name, status)) : before;
    }
}
