package dev.atex.cli;

import java.io.IOException;

/** The user asked for something that cannot be done: shown as one message without a stack trace, exit code 2. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong, where, and what to do; it may have several lines. */
    UsageException(String message) {
        super(message);
    }

    /** As the other constructor; the cause is for debuggers. */
    UsageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Something could not be read or written. */
    static UsageException of(IOException problem) {
        return new UsageException("cannot read or write: " + problem, problem);
    }
}
