package dev.atex.libvirt;

/** Removes machines that dead runs left at a daemon of this host. Found by {@link java.util.ServiceLoader}. */
public final class VirtReclaimer extends MachineReclaimer {
    /** The kind of these leases. */
    static final String KIND = VirtProvisionerFactory.KIND;

    /** For {@link java.util.ServiceLoader}. */
    public VirtReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isBoundToHost() {
        return true;
    }
}
