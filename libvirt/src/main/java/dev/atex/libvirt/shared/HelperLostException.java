package dev.atex.libvirt.shared;

/**
 * The helper ended, did not answer in time, or broke the protocol. Its reservations end with it, so another user may already
 * use the domain.
 */
public final class HelperLostException extends HelperException {
    private static final long serialVersionUID = 1L;

    HelperLostException(String message) {
        super(message);
    }
}
