package dev.atex.libvirt.shared;

/** A request to a helper failed. */
public abstract sealed class HelperException extends Exception permits HelperLostException, HelperRefusedException {
    private static final long serialVersionUID = 1L;

    HelperException(String message) {
        super(message);
    }
}
