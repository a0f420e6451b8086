package dev.atex.provisioner;

/** The release of a machine could not be verified: the machine may still exist. */
public class ReleaseException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the provisioner or machine, why it failed, and what to do. */
    public ReleaseException(String message) {
        super(message);
    }

    /** Creates an exception whose message names the provisioner or machine, why it failed, and what to do. */
    public ReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
