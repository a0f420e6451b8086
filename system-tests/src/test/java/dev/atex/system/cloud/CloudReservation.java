package dev.atex.system.cloud;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.local.LocalConnection;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.pool.AbstractReservation;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** One machine of the service. */
final class CloudReservation extends AbstractReservation {
    private final String url;
    private final CloudClient client;
    private volatile Lease lease;
    private volatile LocalConnection connection;
    private volatile boolean refused;

    CloudReservation(String name, String url, LeaseLog leases) {
        super(name, leases);
        this.url = url;
        client = new CloudClient(url);
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        Map<String, String> locator = new HashMap<>(LocalLeftovers.locator());
        locator.put("url", url);
        Lease taken = intend(CloudProvisionerFactory.KIND, locator);
        lease = taken;
        try {
            CrashPoints.reached("cloud before create");
            String id = client.create(taken.id());
            CrashPoints.reached("cloud after create");
            have(Map.of("machine", id));
            LocalConnection made = new LocalConnection(taken.id());
            connection = made;
            made.connect(Deadline.after(Duration.ofMinutes(1)));
            return made;
        } catch (CloudClient.RefusedException e) {
            refused = true;
            throw new ProvisionException(name() + ": " + e.getMessage(), e);
        } catch (IOException | ConnectionException e) {
            throw new ProvisionException(name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected Duration longestCreate() {
        return refused ? Duration.ZERO : CloudClient.LONGEST_CREATE;
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        Lease taken = lease;
        if (taken == null) {
            return;
        }
        try {
            LocalConnection made = connection;
            if (made != null) {
                made.disconnect(deadline);
            }
            new LocalLeftovers(taken.id(), LocalLeftovers.locator()).remove(deadline);
            CrashPoints.reached("cloud before delete");
            client.deleteAll(taken.id(), deadline);
            CrashPoints.reached("cloud after delete");
        } catch (IOException | ConnectionException | LeaseException e) {
            throw new ReleaseException(name() + ": " + e.getMessage(), e);
        }
    }
}
