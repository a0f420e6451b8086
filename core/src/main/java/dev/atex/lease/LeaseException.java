package dev.atex.lease;

/** A lease could not be recorded, or its resource could not be freed; the message says which and why. */
public final class LeaseException extends Exception {
    private static final long serialVersionUID = 1;

    /** Creates an exception with a message for users. */
    public LeaseException(String message) {
        super(message);
    }

    /** Creates an exception with a message for users, and its cause. */
    public LeaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
