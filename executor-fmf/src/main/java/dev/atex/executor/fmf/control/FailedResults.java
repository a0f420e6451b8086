package dev.atex.executor.fmf.control;

import dev.atex.executor.Status;
import java.util.Optional;

/**
 * The worst of some results that have failed: of several that are equally bad, the first one.
 *
 * @param name of that one
 * @param status of that one
 */
public record FailedResults(String name, Status status) {

    /** It, as a note has it. */
    public String note() {
        return name + ": " + status.word();
    }

    /** With one more result. */
    static Optional<FailedResults> and(Optional<FailedResults> before, String name, Status status) {
        boolean isWorse = status.isWorseThan(Status.PASS)
                && before.map(known -> status.isWorseThan(known.status)).orElse(true);
        return isWorse ? Optional.of(new FailedResults(name, status)) : before;
    }
}
