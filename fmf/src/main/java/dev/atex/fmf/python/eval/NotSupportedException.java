package dev.atex.fmf.python.eval;

/** The condition is valid Python but uses something that is not evaluated here. Internal. */
public final class NotSupportedException extends RuntimeException {
    NotSupportedException(String what) {
        super(what, null, false, false);
    }

    /** What the condition uses, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
