package dev.atex.provisioner.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.local.LocalConnection;
import dev.atex.connection.local.LocalTraces;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.AbstractReservation;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection to this host, and a hold on everything started over it. */
final class LocalReservation extends AbstractReservation {
    private static final Duration CONNECT = Duration.ofMinutes(1);
    private static final Map<String, String> LOCATOR = LocalTraces.locator();

    private volatile @Nullable LocalConnection connection;

    LocalReservation(String name, LeaseLog leases) {
        super(name, leases);
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Lease lease = intend(LocalProvisionerFactory.KIND, LOCATOR);
        LocalConnection made = new LocalConnection(lease.id());
        connection = made;
        try {
            made.connect(Deadline.after(CONNECT));
            return made;
        } catch (ConnectionException e) {
            throw new ProvisionException(name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        LocalConnection made = connection;
        if (made == null) {
            return;
        }
        try {
            made.disconnect(deadline);
            new LocalTraces(made.leaseId().orElseThrow(), LOCATOR).remove(deadline);
        } catch (ConnectionException | LeaseException e) {
            throw new ReleaseException(name() + ": " + e.getMessage(), e);
        }
    }
}
