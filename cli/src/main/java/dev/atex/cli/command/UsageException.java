package dev.atex.cli.command;

import java.io.IOException;

/** The user asked for something that cannot be done: shown as one message without a stack trace, exit code 2. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean nothingSelected;
    private final int exitCode;

    /** The message says what is wrong, where, and what to do; it may have several lines. */
    public UsageException(String message) {
        this(message, false, ExitCode.USAGE);
    }

    /** As the other constructor; the cause is for debuggers. */
    public UsageException(String message, Throwable cause) {
        super(message, cause);
        nothingSelected = false;
        exitCode = ExitCode.USAGE;
    }

    private UsageException(String message, boolean nothingSelected, int exitCode) {
        super(message);
        this.nothingSelected = nothingSelected;
        this.exitCode = exitCode;
    }

    /** No test meets what was asked for, which is no mistake of a plan among others. */
    public static UsageException nothingSelected(String message) {
        return new UsageException(message, true, ExitCode.USAGE);
    }

    /** There is nothing to do, which is no mistake at all. */
    public static UsageException nothingToDo(String message) {
        return new UsageException(message, true, ExitCode.OK);
    }

    public int exitCode() {
        return exitCode;
    }

    public boolean isNothingSelected() {
        return nothingSelected;
    }

    /** Something could not be read or written. */
    public static UsageException of(IOException problem) {
        return new UsageException("cannot read or write " + ErrorText.of(problem), problem);
    }
}
