package dev.atex.fmf;

/** Metadata do not have the form that they must have. */
public final class FormatException extends FmfException {
    /** The error with its message. */
    public FormatException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "FormatError";
    }
}
