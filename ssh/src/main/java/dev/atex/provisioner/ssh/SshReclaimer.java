package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.SshTransport;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Cleans hosts up after dead runs. */
public final class SshReclaimer implements Reclaimer {
    static final String HOST = "host";
    static final String SPEC = "spec";
    static final String TEMPORARY = "temporary";

    /** Creates a reclaimer; for {@link java.util.ServiceLoader}. */
    public SshReclaimer() {}

    @Override
    public String kind() {
        return SshProvisionerFactory.KIND;
    }

    @FunctionalInterface
    private interface Work<T> {
        T run(HostAccess host) throws ConnectionException, InterruptedException;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        SshSettings settings = settings(lease);
        List<String> found = on(lease, settings, deadline, host -> host.status(deadline));
        Optional<String> there =
                found.isEmpty() ? Optional.empty() : Optional.of(lease.locator(HOST) + ": " + String.join(", ", found));
        return there.isEmpty() && settings.options().transport() == SshTransport.OPENSSH ? here(lease) : there;
    }

    /** Finds what the ssh program has left on this host, if there is nothing on the other host. */
    private static Optional<String> here(LeaseRecord lease) throws LeaseException, InterruptedException {
        String id = LeaseNames.shortName(lease.id()) + "-ssh";
        Map<String, String> locator = new LinkedHashMap<>(LocalLeftovers.locator());
        locator.put(LocalLeftovers.TEMPORARY, lease.locator(TEMPORARY)); // not that of this process
        return new LocalLeftovers(id, locator).describe();
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        SshSettings settings = settings(lease);
        if (settings.options().transport() == SshTransport.OPENSSH) {
            removeMaster(lease, lease.id(), deadline);
            removeMaster(lease, mine(lease), deadline); // of a reclaimer that was killed
        }
        boolean _ = on(lease, settings, deadline, host -> {
            if (lease.isInDoubt()) {
                host.releaseLate(deadline);
            } else {
                host.release(deadline);
            }
            return true;
        });
    }

    private static <T> T on(LeaseRecord lease, SshSettings settings, Deadline deadline, Work<T> work)
            throws LeaseException, InterruptedException {
        try (SshConnection connection = new SshConnection(lease.locator(HOST), settings.options(), mine(lease))) {
            connection.connect(deadline);
            String workName = lease.locator().getOrDefault(LeaseNames.NAME, LeaseNames.shortName(lease.id()));
            return work.run(new HostAccess(connection, lease.id(), workName));
        } catch (ConnectionException e) {
            throw new LeaseException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the id of the reclaimer's own connection, different from the lease that it searches for. */
    private static String mine(LeaseRecord lease) {
        return lease.id() + "-reap";
    }

    private static SshSettings settings(LeaseRecord lease) throws LeaseException {
        try {
            return SshSettings.of(ProvisionerSpec.parse(lease.locator(SPEC)));
        } catch (InvalidOptionException e) {
            throw new LeaseException("cannot connect to " + lease.locator(HOST) + " again: " + e.getMessage(), e);
        }
    }

    /** Ends the ssh program and removes its files on this host. */
    private static void removeMaster(LeaseRecord lease, String leaseId, Deadline deadline)
            throws LeaseException, InterruptedException {
        String id = LeaseNames.shortName(leaseId) + "-ssh";
        Map<String, String> locator = new LinkedHashMap<>(LocalLeftovers.locator());
        locator.put(LocalLeftovers.TEMPORARY, lease.locator(TEMPORARY)); // not that of this process
        new LocalLeftovers(id, locator).remove(deadline);
    }
}
