package dev.atex.lease;

import java.util.Map;

/**
 * The right to one resource, and the duty to free it: from just before it is made until it is verified to be gone.
 * Thread-safe; the calls come in the order in which they stand here.
 */
public interface Lease {

    /** Unique for ever: letters, digits and {@code -}, at most 60. Goes into names and labels of the resource. */
    String id();

    /**
     * Writes down what became known when the resource was made; on disk when this returns.
     *
     * @param locator added to what was said before
     * @throws LeaseException it could not be written. The resource can still be found by the id
     */
    void have(Map<String, String> locator) throws LeaseException, InterruptedException;

    /** Notes that it is being freed; need not be on disk when this returns. */
    void releasing();

    /**
     * Notes that the resource is verified to be gone, or was never made. Need not be on disk when this returns: what
     * is gone twice does no harm.
     */
    void gone();
}
