package dev.atex.libvirt.install;

/** The description of an installation is not valid; the message says why. */
public final class InstallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong. */
    public InstallException(String message) {
        super(message);
    }
}
