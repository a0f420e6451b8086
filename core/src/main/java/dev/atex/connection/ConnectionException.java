package dev.atex.connection;

/** A machine cannot be reached, or the connection to it broke. Never the failure of a command that ran. */
public class ConnectionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the machine, what was tried, and why it failed. */
    public ConnectionException(String message) {
        super(message);
    }

    /** Creates an exception whose message names the machine, what was tried, and why it failed. */
    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns true if every retry on this machine will fail, and probably on other machines of the same kind; false by default. */
    public boolean isPermanent() {
        return false;
    }
}
