package dev.atex.local.process;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.util.Map;
import java.util.Optional;

/** Ends processes and removes files of leases on this host. {@link java.util.ServiceLoader} finds it. */
public final class LocalReclaimer implements Reclaimer {
    /** The kind of these leases, and of the machines. */
    public static final String KIND = "local";

    /** For {@link java.util.ServiceLoader}. */
    public LocalReclaimer() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean isBoundToHost() {
        return true;
    }

    @Override
    public Optional<Map<String, String>> usualLocator() {
        return Optional.of(LocalLeftovers.locator());
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        return traces(lease).describe();
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        traces(lease).remove(deadline);
    }

    private static LocalLeftovers traces(LeaseRecord lease) {
        return new LocalLeftovers(lease.id(), lease.locator());
    }
}
