package dev.atex.local;

import dev.atex.lease.LeaseLog;
import dev.atex.local.process.Means;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.pool.PooledProvisioner;
import java.util.Optional;
import java.util.function.Consumer;

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
        return of(max, Optional.empty(), leases, _ -> {});
    }

    /**
     * The same, with a choice of what holds the processes that are started on a machine.
     *
     * @param means reserving a machine fails if it cannot be had; empty for the best that can be had without a change of
     *     what commands can do
     * @param notices told once what holds them, where that is not a control group; any thread
     */
    public static Provisioner of(int max, Optional<Means> means, LeaseLog leases, Consumer<String> notices) {
        Consumer<Means> inForce = new Said(notices);
        return new PooledProvisioner(
                LocalProvisionerFactory.KIND,
                max,
                1,
                (_, number) -> new LocalReservation("local-" + number, means, leases, inForce));
    }
}
