package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and frees what leases of one kind are about, in a process that did not make it and has no provisioner. Found
 * with {@link java.util.ServiceLoader}. Thread-safe.
 *
 * <p>It touches nothing that does not carry the id of the lease.
 */
public interface Reclaimer {

    /** The kind of the leases it knows. */
    String kind();

    /**
     * Whether what they are about can be seen from the host only on which it was taken. Then it is left alone elsewhere:
     * what cannot be seen is not gone.
     */
    default boolean isBoundToHost() {
        return false;
    }

    /**
     * How long it may still appear although the call that was to make it has ended: the longest time that the service itself
     * takes for making one. Asked where nobody knows whether it was made; zero where nobody but the caller makes it.
     */
    default Duration longestCreate(LeaseRecord lease) {
        return Duration.ZERO;
    }

    /**
     * Where to look for a lease of which nothing is known but its id, in a run that had no other of this kind. Empty: it
     * can't be said.
     */
    default Optional<Map<String, String>> usualLocator() {
        return Optional.empty();
    }

    /**
     * Looks whether there is anything.
     *
     * @return what there is, for people: {@code "2 processes"}; empty if it is gone
     * @throws LeaseException it can't be known
     */
    Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException;

    /**
     * Frees it and returns when it is verified to be gone. Idempotent.
     *
     * @throws LeaseException it could not be verified before the deadline
     */
    void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException;
}
