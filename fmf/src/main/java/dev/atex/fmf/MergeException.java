package dev.atex.fmf;

/** A value cannot be merged into the one that is inherited. */
public final class MergeException extends FmfException {
    /** The error with its message. */
    public MergeException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "MergeError";
    }
}
