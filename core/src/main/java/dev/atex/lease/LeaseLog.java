package dev.atex.lease;

import java.util.Map;

/** Where leases are written down. Thread-safe. */
@FunctionalInterface
public interface LeaseLog {

    /**
     * Writes down that a resource is about to be made. When this returns it is on disk: make the resource now, with the
     * lease's id in its name or labels.
     *
     * @param kind whose {@link Reclaimer} knows how to find and free it
     * @param locator what that needs, besides the id
     * @throws LeaseException it could not be written; nothing may be made then
     * @throws InterruptedException nothing is to be made
     */
    Lease intend(String kind, Map<String, String> locator) throws LeaseException, InterruptedException;

    /** Gives ids, and writes nothing: for resources that end with this process anyway, and for tests. */
    static LeaseLog unrecorded() {
        return UnrecordedLease.LOG;
    }
}
