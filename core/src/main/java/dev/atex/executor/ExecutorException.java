package dev.atex.executor;

/** A machine could not be prepared for tests, or not be cleaned up after them. */
public class ExecutorException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what failed and shows the end of its output. */
    public ExecutorException(String message) {
        super(message);
    }

    /** The message says what failed and shows the end of its output. */
    public ExecutorException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * What failed and how, the same text on every machine on which the same fails in the same way; the first line of the
     * message. Who makes machines ready gives up when it comes again and again.
     */
    public String way() {
        String message = getMessage();
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
