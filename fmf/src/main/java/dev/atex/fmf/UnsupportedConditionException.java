package dev.atex.fmf;

/** A condition is valid Python but uses something that this library does not evaluate; the message names it. */
public final class UnsupportedConditionException extends FmfException {
    /** The error with its message. */
    public UnsupportedConditionException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "NotSupportedError";
    }
}
