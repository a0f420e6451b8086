package dev.atex.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.local.process.LocalReclaimer;
import dev.atex.local.process.Means;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A reservation of this host: a connection that contains its processes. */
final class LocalReservation extends AbstractReservation {
    private static final Duration CONNECT = Duration.ofMinutes(1);

    private final String workName = LeaseNames.random();
    private final Map<String, String> locator = LocalLeftovers.locator(workName);

    private final Optional<Means> means;
    private final Consumer<Means> inForce;

    private volatile @Nullable LocalConnection connection;

    /**
     * Creates a reservation.
     *
     * @param means means of containment; empty for the best available one
     * @param inForce receives the means in use
     */
    LocalReservation(String name, Optional<Means> means, LeaseLog leases, Consumer<Means> inForce) {
        super(name, leases);
        this.means = means;
        this.inForce = inForce;
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Lease lease = intend(LocalReclaimer.KIND, locator);
        LocalConnection made = new LocalConnection(lease.id(), workName, means);
        connection = made;
        try {
            made.connect(Deadline.after(CONNECT));
            made.means().ifPresent(inForce);
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
            boolean held = made.means().isPresent();
            made.disconnect(deadline);
            LocalLeftovers traces = new LocalLeftovers(made.leaseId().orElseThrow(), locator);
            if (held) {
                traces.removeAfterDisconnect(deadline);
            } else { // connecting has failed or was interrupted
                traces.remove(deadline);
            }
        } catch (ConnectionException | LeaseException e) {
            throw new ReleaseException(name() + ": " + e.getMessage(), e);
        }
    }
}
