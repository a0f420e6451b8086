package dev.atex.libvirt.virsh;

/** A call of virsh failed, or was not possible. */
public class VirshException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Failure failure;

    /** The reasons that callers tell apart. */
    public enum Failure {
        /** There is no program virsh. */
        NO_PROGRAM,
        /** The daemon cannot be reached: it is not running, or its host does not answer. */
        NO_DAEMON,
        /** The host has no QEMU for the architecture. */
        NO_EMULATOR,
        /** The daemon refuses this user. */
        NO_PERMISSION,
        /** There is no such domain. */
        NO_DOMAIN,
        /** The domain has no metadata of this namespace. */
        NO_METADATA,
        /** This version of virsh does not have this command or option. */
        NO_OPTION,
        /** There is no such pool. */
        NO_POOL,
        /** The pool exists and is not active. */
        INACTIVE_POOL,
        /** There is no such volume. */
        NO_VOLUME,
        /** There is no such network. */
        NO_NETWORK,
        /** The network exists and is not active. */
        INACTIVE_NETWORK,
        /** Something with this name or UUID exists already. */
        EXISTS,
        /** A port of the host is in use. */
        PORT_IN_USE,
        /** The host has not enough memory. */
        NO_MEMORY,
        /** The host has not enough space on its disk. */
        NO_SPACE,
        /** Another machine writes to the image. */
        IMAGE_IN_USE,
        /** The host cannot run such a machine: the description, the virtualization, or a feature is not supported. */
        UNSUPPORTED,
        /** The call did not end in time. */
        TIMEOUT,
        /** Every other failure. */
        OTHER;

        /** Returns whether the same call will fail again until a person changes something. */
        public boolean isPermanent() {
            return switch (this) {
                case NO_PROGRAM,
                        NO_DAEMON,
                        NO_EMULATOR,
                        NO_PERMISSION,
                        NO_POOL,
                        INACTIVE_POOL,
                        NO_VOLUME,
                        NO_NETWORK,
                        INACTIVE_NETWORK,
                        IMAGE_IN_USE,
                        NO_SPACE,
                        UNSUPPORTED -> true;
                case NO_DOMAIN, NO_METADATA, NO_OPTION, EXISTS, PORT_IN_USE, NO_MEMORY, TIMEOUT, OTHER -> false;
            };
        }
    }

    /** The message names the call and contains the error message of virsh. */
    public VirshException(Failure failure, String message) {
        super(message);
        this.failure = failure;
    }

    /** The message names the call and contains the error message of virsh. */
    public VirshException(Failure failure, String message, Throwable cause) {
        super(message, cause);
        this.failure = failure;
    }

    /** Returns the reason. */
    public Failure failure() {
        return failure;
    }
}
