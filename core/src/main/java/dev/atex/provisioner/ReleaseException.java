package dev.atex.provisioner;

/** A machine could not be verified as given back: it may still exist. */
public class ReleaseException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message names the provisioner or machine, why it failed, and what to do. */
    public ReleaseException(String message) {
        super(message);
    }

    /** The message names the provisioner or machine, why it failed, and what to do. */
    public ReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
