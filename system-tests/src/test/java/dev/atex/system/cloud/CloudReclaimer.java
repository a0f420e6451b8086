package dev.atex.system.cloud;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.local.process.LocalLeftovers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Ends machines of the service whose run is gone. */
public final class CloudReclaimer implements Reclaimer {
    @Override
    public String kind() {
        return CloudProvisionerFactory.KIND;
    }

    @Override
    public Duration longestCreate(LeaseRecord lease) {
        return CloudClient.LONGEST_CREATE;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            boolean there = new CloudClient(lease.locator("url")).list().containsValue(lease.id());
            return there ? Optional.of("a machine") : new LocalLeftovers(lease.id(), lease.locator()).describe();
        } catch (IOException e) {
            throw new LeaseException("the service does not answer: " + e, e);
        }
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            new LocalLeftovers(lease.id(), lease.locator()).remove(deadline);
            CrashPoints.reached("cloud before reclaim");
            new CloudClient(lease.locator("url")).deleteAll(lease.id(), deadline);
            CrashPoints.reached("cloud after reclaim");
        } catch (IOException e) {
            throw new LeaseException("the service does not answer: " + e, e);
        }
    }
}
