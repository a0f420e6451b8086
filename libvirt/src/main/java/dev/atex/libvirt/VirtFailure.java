package dev.atex.libvirt;

import dev.atex.libvirt.virsh.VirshException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionException.Extent;

/** Turns failures of libvirt into failures of machines. */
final class VirtFailure {
    private VirtFailure() {}

    /**
     * Returns the exception for a failed call.
     *
     * @param begun whether the daemon has answered before, so that one that does not may be restarting
     */
    static ProvisionException of(String name, VirshException e, boolean begun) {
        boolean restarting = begun && e.failure() == VirshException.Failure.NO_DAEMON;
        return new ProvisionException(
                name + ": " + e.getMessage() + advice(e.failure()),
                e.failure().isPermanent() && !restarting ? Extent.PROVISIONER : Extent.ONCE,
                e);
    }

    /** Returns what the user can do about a failure, as the rest of a message. */
    static String advice(VirshException.Failure failure) {
        return switch (failure) {
            case NO_DAEMON ->
                ". Start libvirtd, or set another connection with the option 'uri', as uri=qemu:///session for"
                        + " machines of your own";
            case NO_EMULATOR ->
                ". Install QEMU on that host (Debian: qemu-system-x86, Fedora: qemu-kvm; other architectures: qemu-system-ARCH),"
                        + " or set another architecture with the option 'arch'";
            case NO_PERMISSION ->
                ". Use an account that may manage virtual machines (of the group 'libvirt'), or uri=qemu:///session for"
                        + " machines of your own";
            case NO_LOGIN ->
                ". 'ssh' to this host must work without a question: the option 'uri' can name a key,"
                        + " as uri=qemu+ssh://root@HOST/system?keyfile=FILE";
            case NO_ACCESS ->
                ". QEMU of qemu:///system runs as another user, who may not read home directories: put the image into"
                        + " the directory of the pool";
            case NO_POOL ->
                ". 'virsh pool-list --all' lists the pools; set one with the option 'pool', or create it with 'virsh"
                        + " pool-define-as default dir --target DIRECTORY' and 'virsh pool-start default'";
            case INACTIVE_POOL -> ". 'virsh pool-start POOL' starts it";
            case NO_VOLUME ->
                ". 'virsh vol-list POOL' lists the volumes of a pool, after 'virsh pool-refresh POOL' those that were"
                        + " copied into its directory too";
            case NO_NETWORK -> ". 'virsh net-list --all' lists the networks";
            case INACTIVE_NETWORK -> ". 'virsh net-start NETWORK' starts it";
            case NO_DOMAIN -> ". 'virsh list --all' lists the domains";
            case NO_MEMORY -> ". Set less memory with the option 'memory', or fewer machines with 'max'";
            case NO_SPACE -> ". Free some space in the directory of the pool";
            case IMAGE_IN_USE -> ". Shut off the domain that writes to the image, or use a copy of it";
            case UNSUPPORTED -> ". If the host cannot use KVM, set accel=tcg";
            case NO_PROGRAM, NO_METADATA, NO_OPTION, EXISTS, PORT_IN_USE, INVALID, NO_ANSWER, TIMEOUT, OTHER -> "";
        };
    }
}
