package dev.atex.libvirt.shared;

/** Stops domains that dead runs have left on hosts that are reached by SSH. */
public final class SharedReclaimer extends AbstractSharedReclaimer {
    static final String KIND = "shvirt";

    /** Creates a reclaimer; for {@link java.util.ServiceLoader}. */
    public SharedReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }
}
