package dev.atex.fmf;

/** A filter or condition uses a key that a node does not have. */
public final class FilterException extends FmfException {
    /** Creates an error with its message. */
    public FilterException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "FilterError";
    }
}
