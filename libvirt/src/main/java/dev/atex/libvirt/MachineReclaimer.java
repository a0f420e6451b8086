package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.lease.Reclaimer;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.libvirt.virsh.VirshException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Finds and removes machines of dead runs. */
abstract sealed class MachineReclaimer implements Reclaimer permits VirtReclaimer, RemoteVirtReclaimer {
    /** The time in which a daemon still carries out a call whose client was killed. */
    static final Duration SETTLE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    @Override
    public Duration longestCreate(LeaseRecord lease) {
        return lease.state() == LeaseState.INTEND || !lease.locator().containsKey(VirtReservation.UUID)
                ? SETTLE
                : Duration.ZERO;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            List<String> found = LeasedMachine.at(lease.id(), lease.locator()).find(deadline);
            return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
        } catch (VirshException e) {
            throw failed(lease, e);
        }
    }

    private static LeaseException failed(LeaseRecord lease, VirshException e) {
        String advice = switch (e.failure()) {
            case NO_POOL, INACTIVE_POOL ->
                ". Its files are in " + lease.locator().getOrDefault(LeasedMachine.DIRECTORY, "its directory")
                        + ": define the pool again, and start it";
            default -> "";
        };
        return new LeaseException("lease " + lease.id() + ": " + e.getMessage() + advice, e);
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        try {
            CrashPoints.reached("virt before reclaim");
            LeasedMachine.at(lease.id(), lease.locator()).remove(deadline);
            CrashPoints.reached("virt after reclaim");
        } catch (VirshException e) {
            throw failed(lease, e);
        }
        LOG.log(Level.DEBUG, () -> "lease " + lease.id() + ": removed its machine");
    }
}
