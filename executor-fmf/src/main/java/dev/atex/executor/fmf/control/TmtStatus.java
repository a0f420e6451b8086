package dev.atex.executor.fmf.control;

import dev.atex.executor.Status;
import java.util.Locale;
import java.util.Optional;

/** The statuses that tmt knows: all but {@link Status#INFRA}. */
public final class TmtStatus {
    private TmtStatus() {}

    /** Returns the status with exactly this word, in any case. */
    static Optional<Status> of(String word) {
        return Status.known(word)
                .filter(status -> status != Status.INFRA)
                .filter(status -> status.word().equals(word.toLowerCase(Locale.ROOT)));
    }

    /** Returns the status of any word of a result on the control channel. */
    public static Status meaning(String word) {
        Status status = Status.of(word);
        return status == Status.INFRA ? Status.ERROR : status;
    }
}
