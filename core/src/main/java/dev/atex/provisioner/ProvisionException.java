package dev.atex.provisioner;

/** A machine that was asked for cannot be had. */
public class ProvisionException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message names the provisioner or machine, why it failed, and what to do. */
    public ProvisionException(String message) {
        super(message);
    }

    /** The message names the provisioner or machine, why it failed, and what to do. */
    public ProvisionException(String message, Throwable cause) {
        super(message, cause);
    }
}
