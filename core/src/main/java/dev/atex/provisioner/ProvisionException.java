package dev.atex.provisioner;

import java.util.Objects;
import java.util.Optional;

/** A machine that was asked for cannot be had. */
public class ProvisionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Extent extent;

    /** What can be hoped for after a failure. Whoever does not know better says {@link #ONCE}. */
    public enum Extent {
        /** Another try may do better: a host that boots, a service that is busy. */
        ONCE,
        /** No try at this machine can do better, but other machines of the same provisioner may: one host of a list. */
        MACHINE,
        /** No try at any machine of this provisioner can do better: a wrong token, an image that does not exist. */
        PROVISIONER
    }

    /** One after which another try may do better. The message names the provisioner or machine, why it failed, and what to do. */
    public ProvisionException(String message) {
        this(message, Extent.ONCE);
    }

    /** The same with its cause, whose extent it has if that is one of these. */
    public ProvisionException(String message, Throwable cause) {
        this(message, extentOf(cause), cause);
    }

    /** One with an extent. */
    public ProvisionException(String message, Extent extent) {
        super(message);
        this.extent = extent;
    }

    /** One with an extent and a cause. */
    public ProvisionException(String message, Extent extent, Throwable cause) {
        super(message, cause);
        this.extent = extent;
    }

    private static Extent extentOf(Throwable cause) {
        return cause instanceof ProvisionException known ? known.extent() : Extent.ONCE;
    }

    /** For how much it is of no use to try again. */
    public Extent extent() {
        return extent;
    }

    /** Whether to try the same again is of no use. */
    public boolean isPermanent() {
        return extent != Extent.ONCE;
    }

    /**
     * The same text for all failures that are the same, for those who count them: the message without the name of what was
     * tried.
     *
     * @param machine that name, if there was one
     */
    public static String way(String message, Optional<String> machine) {
        String firstLine =
                Objects.requireNonNullElse(message, "").lines().findFirst().orElse("");
        return machine.isEmpty() || machine.get().isEmpty() ? firstLine : firstLine.replace(machine.get(), "…");
    }
}
