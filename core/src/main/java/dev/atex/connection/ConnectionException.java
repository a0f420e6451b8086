package dev.atex.connection;

/** A machine could not be reached, or the connection to it broke: never the failure of a command that ran. */
public class ConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message names the machine, what was tried, and why it failed. */
    public ConnectionException(String message) {
        super(message);
    }

    /** The message names the machine, what was tried, and why it failed. */
    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
