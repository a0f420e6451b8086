package dev.atex.cli.command;

import java.io.IOException;

/** A usage or configuration error: printed as one message without a stack trace, exit code 2. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean nothingSelected;
    private final int exitCode;

    /** Creates an exception. The message says what is wrong, where, and what to do; it may have several lines. */
    public UsageException(String message) {
        this(message, false, ExitCode.USAGE);
    }

    /** Creates an exception with a cause, for debuggers. */
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

    /** Returns an exception for a selection without tests. With several plans, the others still run. */
    public static UsageException nothingSelected(String message) {
        return new UsageException(message, true, ExitCode.USAGE);
    }

    /** Returns an exception for a command that has nothing to do: exit code 0. */
    public static UsageException nothingToDo(String message) {
        return new UsageException(message, true, ExitCode.OK);
    }

    public int exitCode() {
        return exitCode;
    }

    public boolean isNothingSelected() {
        return nothingSelected;
    }

    /** Returns an exception for a file that could not be read. */
    public static UsageException reading(IOException problem) {
        return new UsageException("cannot read " + ErrorText.of(problem), problem);
    }

    /** Returns an exception for a file that could not be read or written. */
    public static UsageException of(IOException problem) {
        return new UsageException("cannot read or write " + ErrorText.of(problem), problem);
    }
}
