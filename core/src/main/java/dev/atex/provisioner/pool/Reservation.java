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
 * One machine, from its request to its release. Used once, either in try-with-resources, or with {@link #reserve} in one
 * thread and {@link #abort} in another. Most implementations extend {@link AbstractReservation}.
 */
public interface Reservation extends AutoCloseable {

    /** Returns the name of the machine, as in {@link Remote#name()}. */
    String name();

    /**
     * Acquires the machine and returns a connected connection to it. May take hours. Call it once.
     *
     * @throws ProvisionException if that fails, or if {@link #abort} was called. Parts of the machine may exist: {@link
     *     #abort} frees them
     */
    Connection reserve() throws ProvisionException, InterruptedException;

    /** Returns when the machine expires, as {@link Remote#expiry}; known at the latest when {@link #reserve} returns. */
    default Optional<Expiry> expiry() {
        return Optional.empty();
    }

    /**
     * Frees the machine, and returns when it is verified to be gone. Idempotent. Any thread may call it, before, during or
     * after {@link #reserve}, which then ends promptly. After a failure, call it again to retry.
     *
     * @throws ReleaseException if that could not be verified before the deadline
     */
    void abort(Deadline deadline) throws ReleaseException, InterruptedException;

    /** Calls {@link #abort} with a deadline of one minute. */
    @Override
    default void close() throws ReleaseException, InterruptedException {
        abort(Deadline.after(Duration.ofMinutes(1)));
    }
}
