package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and frees the resources of leases of one kind, in a process that did not create them and has no provisioner. {@link
 * java.util.ServiceLoader} finds it. Thread-safe.
 *
 * <p>It touches only resources that carry the id of the lease.
 */
public interface Reclaimer {

    /** Returns the kind of its leases. */
    String kind();

    /**
     * Returns whether its resources are visible only on the host on which they were created. Other hosts leave them alone:
     * a resource that is not visible is not gone.
     */
    default boolean isBoundToHost() {
        return false;
    }

    /**
     * Returns how long a resource may still appear after the call that creates it has ended: the longest time in which the
     * service creates one. Used if it is not known whether one was created; zero if no service creates it.
     */
    default Duration longestCreate(LeaseRecord lease) {
        return Duration.ZERO;
    }

    /**
     * Returns the locator for a lease of which only the id is known, in a run without other leases of this kind; empty if
     * there is none.
     */
    default Optional<Map<String, String>> usualLocator() {
        return Optional.empty();
    }

    /**
     * Looks for the resource.
     *
     * @return a description for users, {@code "2 processes"}; empty if it is gone
     * @throws LeaseException if that cannot be found out
     */
    Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException;

    /**
     * Frees the resource and returns when it is verified to be gone. Idempotent.
     *
     * @throws LeaseException if that could not be verified before the deadline
     */
    void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException;
}
