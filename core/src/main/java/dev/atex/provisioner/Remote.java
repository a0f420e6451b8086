package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import java.util.Optional;

/** A machine on loan: a {@link Connection} to it that can be given back. Thread-safe. */
public interface Remote extends Connection {

    /** A short name for people and logs, unique within the run: {@code "local-1"}, {@code "host.example.org"}. */
    String name();

    @Override
    default String machineName() {
        return name();
    }

    /** When it will be taken away by whoever lends it, if that is so and known. */
    default Optional<Expiry> expiry() {
        return Optional.empty();
    }

    /**
     * Gives the machine back and returns when it is verified to be gone (or clean, where it stays). Idempotent.
     *
     * @throws ReleaseException it could not be verified; the machine may still exist
     */
    void release(Deadline deadline) throws ReleaseException, InterruptedException;
}
