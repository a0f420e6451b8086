package dev.atex.fmf;

/** A context, a context rule or a condition cannot be evaluated. */
public final class ConditionException extends FmfException {
    /** The kinds of errors that the reference implementation distinguishes. */
    public enum Kind {
        /** A context is not a single group of dimensions and their values. */
        CONTEXT("InvalidContext"),
        /** A context rule cannot be parsed. */
        RULE("InvalidRule"),
        /** The context does not say enough to decide a rule. */
        UNDECIDED("CannotDecide"),
        /** A condition is valid Python but uses something that is not supported; the message names it. */
        UNSUPPORTED("NotSupportedError");

        private final String referenceName;

        Kind(String referenceName) {
            this.referenceName = referenceName;
        }
    }

    private final Kind kind;

    /** Creates an error with its message. */
    public ConditionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns the kind of the error. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String referenceName() {
        return kind.referenceName;
    }
}
