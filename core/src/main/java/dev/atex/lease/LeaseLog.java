package dev.atex.lease;

import java.util.Map;

/** The log in which leases are recorded. Thread-safe. */
@FunctionalInterface
public interface LeaseLog {

    /**
     * Records that a resource is about to be created. The record is on disk when this returns: create the resource then,
     * with the lease's id in its name or labels.
     *
     * @param kind the kind of the {@link Reclaimer} that can find and free it
     * @param locator what the reclaimer needs, besides the id
     * @throws LeaseException if it could not be written; create nothing then
     * @throws InterruptedException if the thread was interrupted; create nothing then
     */
    Lease intend(String kind, Map<String, String> locator) throws LeaseException, InterruptedException;

    /** Returns a log that only assigns ids, for resources that end with this process, and for tests. */
    static LeaseLog unrecorded() {
        return UnrecordedLease.LOG;
    }
}
