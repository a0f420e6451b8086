package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.time.Duration;
import java.util.Optional;

/**
 * One machine from the wish to have it until it is given back. Used once. Works without threads, in
 * try-with-resources, as well as with {@link #reserve} in one thread and {@link #abort} in any other. Most
 * implementations extend {@link AbstractReservation}.
 */
public interface Reservation extends AutoCloseable {

    /** The name of the machine, as in {@link Remote#name()}. */
    String name();

    /**
     * Gets the machine and returns a connection to it, connected. May take hours; call it once.
     *
     * @throws ProvisionException it can't be had, or {@link #abort} was called before or meanwhile. Part of it may
     *     exist: {@link #abort} frees that
     */
    Connection reserve() throws ProvisionException, InterruptedException;

    /** As {@link Remote#expiry}; known at the latest when {@link #reserve} returns. */
    default Optional<Expiry> expiry() {
        return Optional.empty();
    }

    /**
     * Frees what there is to free, and returns when it is verified to be gone. Idempotent; any thread, before, during
     * or after {@link #reserve}, which ends promptly then. After a failure it can be called again to try again.
     *
     * @throws ReleaseException it could not be verified before the deadline
     */
    void abort(Deadline deadline) throws ReleaseException, InterruptedException;

    /** {@link #abort} with a deadline of one minute. */
    @Override
    default void close() throws ReleaseException, InterruptedException {
        abort(Deadline.after(Duration.ofMinutes(1)));
    }
}
