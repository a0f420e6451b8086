package dev.atex.libvirt.shared;

/** The helper answered that it did not carry out a request. It can be used further. */
public final class HelperRefusedException extends HelperException {
    private static final long serialVersionUID = 1L;

    private final String reply;
    private final Extent extent;

    /** The requests that will fail in the same way. */
    public enum Extent {
        /** All requests for a domain until another user releases one: wait. */
        UNTIL_RELEASE,
        /** All requests of this kind: a retry does not help. */
        HOST,
        /** Requests for the same domain or volume: another one may work. */
        DOMAIN
    }

    HelperRefusedException(String message, String reply, Extent extent) {
        super(message);
        this.reply = reply;
        this.extent = extent;
    }

    /** Returns the reply of the helper, as it is. */
    public String reply() {
        return reply;
    }

    /** Returns which requests will fail in the same way. */
    public Extent extent() {
        return extent;
    }
}
