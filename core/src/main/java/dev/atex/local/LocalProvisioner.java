package dev.atex.local;

import dev.atex.lease.LeaseLog;
import dev.atex.local.process.LocalReclaimer;
import dev.atex.local.process.Means;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Provisioners that offer this host as several machines. The machines share files and users. Each contains its own processes,
 * and its release ends them.
 */
public final class LocalProvisioner {
    private LocalProvisioner() {}

    /**
     * Returns a provisioner with machines {@code local-1}, {@code local-2}, ...
     *
     * @param max number of machines at a time, at least 1
     */
    public static Provisioner of(int max) {
        return of(max, LeaseLog.unrecorded());
    }

    /**
     * Returns a provisioner that records a lease for each machine, so that its processes are found and ended if this process is
     * killed.
     *
     * @param max number of machines at a time, at least 1
     */
    public static Provisioner of(int max, LeaseLog leases) {
        return of(max, Optional.empty(), leases, _ -> {});
    }

    /**
     * Returns a provisioner with a choice of the means of containment.
     *
     * @param means reservations fail if it is not available; empty for the best one that does not change what commands can do
     * @param notices receives a message, once, if the means is not a control group; any thread calls it
     */
    public static Provisioner of(int max, Optional<Means> means, LeaseLog leases, Consumer<String> notices) {
        Consumer<Means> inForce = new ContainmentNotice(notices);
        return new PooledProvisioner(
                LocalReclaimer.KIND,
                max,
                1,
                (_, number) -> new LocalReservation("local-" + number, means, leases, inForce));
    }
}
