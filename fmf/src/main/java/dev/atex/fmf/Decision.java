package dev.atex.fmf;

/** The result of a context rule. It has three values since a context may not say enough. */
public enum Decision {
    /** The rule applies. */
    TRUE,
    /** The rule does not apply. */
    FALSE,
    /** The context does not decide. */
    UNDECIDED;

    static Decision of(boolean value) {
        return value ? TRUE : FALSE;
    }
}
