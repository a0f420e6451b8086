package dev.atex.provisioner;

import java.util.Objects;
import java.util.Optional;

/** A requested machine cannot be provisioned. */
public class ProvisionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Extent extent;

    /** The requests that will fail in the same way. Use {@link #ONCE} if that is not known. */
    public enum Extent {
        /** A retry may succeed: the host is booting, the service is busy. */
        ONCE,
        /** A retry with this machine will fail, but other machines of the provisioner may work: one host of a list. */
        MACHINE,
        /** Every retry with this provisioner will fail: the token is wrong, the image does not exist. */
        PROVISIONER
    }

    /** Creates an exception for a retry. The message names the provisioner or machine, why it failed, and what to do. */
    public ProvisionException(String message) {
        this(message, Extent.ONCE);
    }

    /** Creates an exception with a cause, and with the extent of the cause if that is a {@code ProvisionException}. */
    public ProvisionException(String message, Throwable cause) {
        this(message, extentOf(cause), cause);
    }

    /** Creates an exception with an extent. */
    public ProvisionException(String message, Extent extent) {
        super(message);
        this.extent = extent;
    }

    /** Creates an exception with an extent and a cause. */
    public ProvisionException(String message, Extent extent, Throwable cause) {
        super(message, cause);
        this.extent = extent;
    }

    private static Extent extentOf(Throwable cause) {
        return cause instanceof ProvisionException known ? known.extent() : Extent.ONCE;
    }

    /** Returns which requests will fail in the same way. */
    public Extent extent() {
        return extent;
    }

    /** Returns whether a retry will fail. */
    public boolean isPermanent() {
        return extent != Extent.ONCE;
    }

    /**
     * Returns a text that is the same for all failures of one kind, for counting them: the first line of the message, without
     * the name of the machine.
     *
     * @param machine that name, if known
     */
    public static String way(String message, Optional<String> machine) {
        String firstLine =
                Objects.requireNonNullElse(message, "").lines().findFirst().orElse("");
        return machine.isEmpty() || machine.get().isEmpty() ? firstLine : firstLine.replace(machine.get(), "…");
    }
}
