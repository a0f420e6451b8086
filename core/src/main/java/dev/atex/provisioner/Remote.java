package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import java.util.Optional;

/** A machine that runs tests: a {@link Connection} to it, and its release. Thread-safe. */
public interface Remote extends Connection {

    /** Returns a short name for messages and logs, unique within the run: {@code "local-1"}, {@code "host.example.org"}. */
    String name();

    @Override
    default String machineName() {
        return name();
    }

    /** Returns when the owner of a rented machine will take it away; empty if that is unknown or never. */
    default Optional<Expiry> expiry() {
        return Optional.empty();
    }

    /** Returns whether the machine is to be replaced after each test that has used it, whatever the test did. */
    default boolean servesOneTest() {
        return false;
    }

    /**
     * Releases the machine and returns when it is verified to be gone, or clean if it stays. Idempotent.
     *
     * @throws ReleaseException if that could not be verified; the machine may still exist
     */
    void release(Deadline deadline) throws ReleaseException, InterruptedException;
}
