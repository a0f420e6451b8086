package dev.atex.fmf;

/** The answer of a context rule: three-valued, as a context need not say enough. */
public enum Decision {
    /** The rule applies. */
    TRUE,
    /** The rule does not apply. */
    FALSE,
    /** The context does not tell. */
    UNDECIDED;

    static Decision of(boolean value) {
        return value ? TRUE : FALSE;
    }
}
