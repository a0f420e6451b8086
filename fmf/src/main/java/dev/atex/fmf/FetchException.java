package dev.atex.fmf;

import org.jspecify.annotations.Nullable;

/** A repository could not be fetched. */
public final class FetchException extends FmfException {
    /** Creates an error with its message and cause. */
    public FetchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String referenceName() {
        return "FetchError";
    }
}
