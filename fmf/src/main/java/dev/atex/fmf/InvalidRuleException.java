package dev.atex.fmf;

/** A context rule cannot be parsed. */
public final class InvalidRuleException extends FmfException {
    /** The error with its message. */
    public InvalidRuleException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "InvalidRule";
    }
}
