package dev.atex.cli;

import java.io.IOException;

/** The user asked for something that cannot be done: shown as one message without a stack trace, exit code 2. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean nothingSelected;

    /** The message says what is wrong, where, and what to do; it may have several lines. */
    UsageException(String message) {
        super(message);
        nothingSelected = false;
    }

    /** As the other constructor; the cause is for debuggers. */
    UsageException(String message, Throwable cause) {
        super(message, cause);
        nothingSelected = false;
    }

    private UsageException(String message, boolean nothingSelected) {
        super(message);
        this.nothingSelected = nothingSelected;
    }

    /** No test meets what was asked for, which is no mistake of a plan among others. */
    static UsageException nothingSelected(String message) {
        return new UsageException(message, true);
    }

    boolean isNothingSelected() {
        return nothingSelected;
    }

    /** Something could not be read or written. */
    static UsageException of(IOException problem) {
        return new UsageException("cannot read or write " + Reasons.of(problem), problem);
    }
}
