package dev.atex.libvirt.shared;

/** Stops domains that dead runs have left on this host. */
public final class LocalSharedReclaimer extends AbstractSharedReclaimer {
    static final String KIND = "shvirt-local";

    /** Creates a reclaimer; for {@link java.util.ServiceLoader}. */
    public LocalSharedReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isBoundToHost() {
        return true;
    }
}
