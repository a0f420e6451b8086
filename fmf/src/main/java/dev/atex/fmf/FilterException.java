package dev.atex.fmf;

/** A filter or condition asks for a key that a node does not have. */
public final class FilterException extends FmfException {
    /** The error with its message. */
    public FilterException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "FilterError";
    }
}
