package dev.atex.lease;

/** A lease could not be written down, or what it is about could not be freed; the message says which and why. */
public final class LeaseException extends Exception {
    private static final long serialVersionUID = 1;

    /** With a message for people. */
    public LeaseException(String message) {
        super(message);
    }

    /** With a message for people, and what was behind it. */
    public LeaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
