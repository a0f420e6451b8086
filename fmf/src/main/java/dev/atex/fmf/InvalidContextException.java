package dev.atex.fmf;

/** A context is not written as one group of dimensions and their values. */
public final class InvalidContextException extends FmfException {
    /** The error with its message. */
    public InvalidContextException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "InvalidContext";
    }
}
