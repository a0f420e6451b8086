package dev.atex.provisioner;

/** A specification of a provisioner is malformed, or names an option or value that does not exist. */
public class InvalidOptionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message says what is wrong and what would be right. */
    public InvalidOptionException(String message) {
        super(message);
    }
}
