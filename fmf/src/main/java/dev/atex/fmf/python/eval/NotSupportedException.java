package dev.atex.fmf.python.eval;

/** A condition is valid Python but uses something that is not supported. Internal. */
public final class NotSupportedException extends RuntimeException {
    NotSupportedException(String what) {
        super(what, null, false, false);
    }

    /** Returns what the condition uses, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
