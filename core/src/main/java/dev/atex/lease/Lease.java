package dev.atex.lease;

import java.util.Map;

/**
 * A record of one resource that must be freed, from just before it is created until it is verified to be gone. Thread-safe.
 * Call the methods in the order of their declarations.
 */
public interface Lease {

    /** Returns its unique id: at most 60 letters, digits and {@code -}. Names and labels of the resource contain it. */
    String id();

    /**
     * Records what became known when the resource was created. It is on disk when this returns.
     *
     * @param locator added to the earlier locator
     * @throws LeaseException if it could not be written. The resource can still be found by the id
     */
    void have(Map<String, String> locator) throws LeaseException, InterruptedException;

    /** Records that the resource is being freed; may reach the disk later. */
    void releasing();

    /**
     * Records that the resource is verified to be gone, or was never created. May reach the disk later: freeing it twice
     * does no harm.
     */
    void gone();
}
