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
        /** ssh cannot log in to the host of the daemon. */
        NO_LOGIN,
        /** The daemon refuses this user. */
        NO_PERMISSION,
        /** QEMU may not read or write a file. */
        NO_ACCESS,
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
        /** What was asked for is not possible; the message says what to do instead. */
        INVALID,
        /** The client ended without an answer: the daemon may have done what it was asked for, or may still do it. */
        NO_ANSWER,
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
                        NO_LOGIN,
                        NO_PERMISSION,
                        NO_ACCESS,
                        NO_POOL,
                        INACTIVE_POOL,
                        NO_VOLUME,
                        NO_NETWORK,
                        INACTIVE_NETWORK,
                        IMAGE_IN_USE,
                        NO_SPACE,
                        UNSUPPORTED,
                        INVALID -> true;
                case NO_DOMAIN, NO_METADATA, NO_OPTION, EXISTS, PORT_IN_USE, NO_MEMORY, NO_ANSWER, TIMEOUT, OTHER ->
                    false;
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

    /** Returns whether it is unknown if the daemon has done what it was asked for. */
    public boolean isDoubtful() {
        return failure == Failure.NO_ANSWER || failure == Failure.TIMEOUT || failure == Failure.NO_DAEMON;
    }

    /** Returns the reason. */
    public Failure failure() {
        return failure;
    }
}
