package dev.atex.provisioner.local;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.PooledProvisioner;
import dev.atex.provisioner.Provisioner;

/**
 * This host, as up to a number of machines at a time. They share files and users; each has a hold on what was started
 * over it, and a release ends that.
 */
public final class LocalProvisioner {
    private LocalProvisioner() {}

    /**
     * A provisioner whose machines are named {@code local-1}, {@code local-2}, ...
     *
     * @param max how many at a time, at least 1
     */
    public static Provisioner of(int max) {
        return of(max, LeaseLog.unrecorded());
    }

    /**
     * The same, with each machine written down, so that what is started on it is found and ended when this process
     * can't do that any more.
     *
     * @param max how many at a time, at least 1
     */
    public static Provisioner of(int max, LeaseLog leases) {
        return new PooledProvisioner(
                LocalProvisionerFactory.KIND, max, 1, (_, number) -> new LocalReservation("local-" + number, leases));
    }
}
