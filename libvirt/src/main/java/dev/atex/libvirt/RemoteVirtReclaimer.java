package dev.atex.libvirt;

/** Removes machines that dead runs left at a daemon of another host. Found by {@link java.util.ServiceLoader}. */
public final class RemoteVirtReclaimer extends MachineReclaimer {
    /** The kind of these leases. */
    static final String KIND = "virt-remote";

    /** For {@link java.util.ServiceLoader}. */
    public RemoteVirtReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }
}
