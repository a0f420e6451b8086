package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Work in a pool whose temporary domain and volumes are those of a lease, and are removed at its end. */
final class LeasedWork {
    private static final Duration CLEAN_UP = Duration.ofMinutes(2);

    private LeasedWork() {}

    /** Work with a temporary machine. */
    @FunctionalInterface
    interface Body<T, E extends Exception> {
        T run(LeasedMachine temporary) throws E, VirshException, InterruptedException;
    }

    /**
     * Creates the volume for a disk, does the work, and removes everything that the lease has, also if it fails.
     *
     * @param installing whether the lease has a persistent domain
     * @param size of the disk in bytes
     * @param format of the disk
     */
    static <T, E extends Exception> T run(
            Pool pool,
            LeaseLog leases,
            boolean installing,
            long size,
            String format,
            Deadline deadline,
            Body<T, E> body)
            throws E, VirshException, LeaseException, InterruptedException {
        Map<String, String> locator = new LinkedHashMap<>(LeasedMachine.locator(pool, 1, false));
        locator.put(LeasedMachine.INSTALLING, Boolean.toString(installing));
        Lease lease = leases.intend(pool.virsh().isLocal() ? VirtReclaimer.KIND : RemoteVirtReclaimer.KIND, locator);
        LeasedMachine temporary = LeasedMachine.at(lease.id(), locator);
        boolean doubtful = true;
        try {
            CrashPoints.reached("virt before temporary volume");
            pool.createDisk(temporary.overlay(0), size, format, deadline);
            doubtful = installing;
            if (!doubtful) {
                lease.have(Map.of(VirtReservation.UUID, temporary.uuid()));
            }
            CrashPoints.reached("virt after temporary volume");
            T result = body.run(temporary);
            doubtful = false;
            return result;
        } catch (VirshException e) {
            doubtful &= e.failure() == Failure.TIMEOUT || e.failure() == Failure.NO_DAEMON;
            throw e;
        } finally {
            boolean interrupted = Thread.interrupted();
            end(lease, temporary, doubtful);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void end(Lease lease, LeasedMachine temporary, boolean doubtful)
            throws VirshException, LeaseException, InterruptedException {
        Deadline deadline = Deadline.after(CLEAN_UP);
        lease.releasing();
        CrashPoints.reached("virt before temporary volume is removed");
        temporary.remove(deadline);
        if (doubtful) { // a call that was killed may still be carried out
            Thread.sleep(MachineReclaimer.SETTLE);
            temporary.remove(deadline);
        }
        lease.gone();
    }
}
