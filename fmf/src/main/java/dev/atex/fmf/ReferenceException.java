package dev.atex.fmf;

/** A reference to a node of another tree cannot be resolved. */
public final class ReferenceException extends FmfException {
    /** The error with its message. */
    public ReferenceException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "ReferenceError";
    }
}
