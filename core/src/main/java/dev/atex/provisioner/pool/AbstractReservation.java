package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Reservation} that keeps the order of calls: {@link #abort} interrupts a running {@link #reserve} and waits for its
 * end, so that {@link #acquire} and {@link #free} never run at the same time. It also records the lease and retries releases.
 */
public abstract class AbstractReservation implements Reservation {
    private static final Logger LOG = System.getLogger("dev.atex.provisioner");

    /** The time during which a failed release is retried. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final String name;
    private final LeaseLog leases;
    private @Nullable Thread acquiring;
    private boolean begun;
    private boolean aborted;
    /** True while a thread is in {@link #free}. */
    private boolean freeing;

    private boolean freed;
    private volatile @Nullable Lease lease;
    private volatile boolean known;
    private long acquiringEnded;

    /** Creates a reservation of the machine with this name, without a lease. */
    protected AbstractReservation(String name) {
        this(name, LeaseLog.unrecorded());
    }

    /** Creates a reservation of the machine with this name. */
    protected AbstractReservation(String name, LeaseLog leases) {
        this.name = name;
        this.leases = leases;
    }

    /** Records that the machine is about to be created: the first call in {@link #acquire}. */
    protected final Lease intend(String kind, Map<String, String> locator)
            throws ProvisionException, InterruptedException {
        try {
            Lease taken = leases.intend(kind, locator);
            lease = taken;
            return taken;
        } catch (LeaseException e) {
            throw new ProvisionException(name + ": " + e.getMessage(), e);
        }
    }

    /** Records facts about the machine that are known since it was created. */
    protected final void have(Map<String, String> locator) throws ProvisionException, InterruptedException {
        Lease taken = lease;
        if (taken == null) {
            throw new IllegalStateException(name + ": nothing was intended");
        }
        try {
            taken.have(locator);
            known = true;
        } catch (LeaseException e) {
            throw new ProvisionException(name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Acquires the machine. Called at most once. {@link #abort} interrupts it; it must then end soon. If it fails, it may leave
     * resources that {@link #free} finds.
     */
    protected abstract Connection acquire() throws ProvisionException, InterruptedException;

    /**
     * Frees everything that {@link #acquire} created, and verifies that. Not called if {@link #acquire} never started. If it
     * fails, {@link #abort} repeats it for a few seconds, and so does each later {@link #abort}.
     */
    protected abstract void free(Deadline deadline) throws ReleaseException, InterruptedException;

    /**
     * Returns the longest time in which a service creates a machine: so long after a failed {@link #acquire} without {@link
     * #have}, the machine may still appear. Zero if no service creates it, or if it is known that none was created.
     */
    protected Duration longestCreate() {
        return Duration.ZERO;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Connection reserve() throws ProvisionException, InterruptedException {
        begin();
        long start = System.nanoTime();
        LOG.log(Level.DEBUG, () -> name + ": reserving");
        Connection connection;
        try {
            connection = acquire();
        } catch (InterruptedException e) {
            if (end()) {
                throw wasAborted(e);
            }
            throw e;
        } catch (ProvisionException | RuntimeException | Error e) {
            end();
            LOG.log(Level.DEBUG, () -> name + ": reservation failed" + since(start) + ": " + e.getMessage());
            throw e;
        }
        if (end()) {
            throw wasAborted(null);
        }
        LOG.log(Level.DEBUG, () -> name + ": ready" + since(start));
        return connection;
    }

    private static String since(long start) {
        return " after " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms";
    }

    private synchronized void begin() throws ProvisionException {
        if (aborted) {
            throw wasAborted(null);
        }
        if (begun) {
            throw new IllegalStateException(name + ": a reservation is used once");
        }
        begun = true;
        acquiring = Thread.currentThread();
    }

    /** Returns whether it was aborted meanwhile; if so, clears the interrupt of this thread. */
    private synchronized boolean end() {
        acquiring = null;
        acquiringEnded = System.nanoTime();
        notifyAll();
        if (aborted) {
            boolean _ = Thread.interrupted();
        }
        return aborted;
    }

    private ProvisionException wasAborted(@Nullable Throwable cause) {
        String message = name + ": the reservation was aborted";
        return cause == null ? new ProvisionException(message) : new ProvisionException(message, cause);
    }

    @Override
    public final void abort(Deadline deadline) throws ReleaseException, InterruptedException {
        if (!beginFreeing(deadline)) {
            return;
        }
        boolean successful = false;
        long start = System.nanoTime();
        LOG.log(Level.DEBUG, () -> name + ": releasing");
        try {
            Lease taken = lease;
            if (taken != null) {
                taken.releasing();
            }
            freeAgainAndAgain(deadline);
            if (taken != null) {
                if (!known) {
                    freeWhatComesLate(deadline);
                }
                taken.gone();
            }
            successful = true;
            LOG.log(Level.DEBUG, () -> name + ": released" + since(start));
        } finally {
            endFreeing(successful);
        }
    }

    /** Fails if nothing was found while the service may still be creating the machine. */
    private void freeWhatComesLate(Deadline deadline) throws ReleaseException, InterruptedException {
        Duration longest = longestCreate();
        if (!longest.isPositive()) {
            return;
        }
        Duration wait = longest.minusNanos(System.nanoTime() - acquiringEnded());
        if (wait.compareTo(deadline.remaining()) > 0) {
            throw new ReleaseException(name
                    + ": the service did not say whether it created the machine, and may still create it: 'atex reap'"
                    + " looks again");
        }
        if (wait.isPositive()) {
            Thread.sleep(wait);
        }
        freeAgainAndAgain(deadline);
        Thread.sleep(FIRST_PAUSE);
        freeAgainAndAgain(deadline);
    }

    private synchronized long acquiringEnded() {
        return acquiringEnded;
    }

    /** Retries a release that failed quickly; one that took long has done its own retries. */
    private void freeAgainAndAgain(Deadline deadline) throws ReleaseException, InterruptedException {
        Deadline patience = deadline.orAfter(PATIENCE);
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                free(deadline);
                return;
            } catch (ReleaseException e) {
                if (patience.remaining().compareTo(pause) <= 0) {
                    throw e;
                }
                LOG.log(Level.INFO, () -> name + ": release failed, retrying: " + e.getMessage());
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /** Ends {@link #acquire}; returns whether there is something to free. */
    private synchronized boolean beginFreeing(Deadline deadline) throws ReleaseException, InterruptedException {
        aborted = true;
        if (acquiring != null) {
            acquiring.interrupt();
        }
        while (acquiring != null) {
            await(deadline, "its reservation was aborted, and did not stop in time");
        }
        while (freeing) {
            await(deadline, "another thread is releasing the machine, and did not finish in time");
        }
        freeing = begun && !freed;
        return freeing;
    }

    private synchronized void endFreeing(boolean successful) {
        freeing = false;
        freed = successful;
        notifyAll();
    }

    private void await(Deadline deadline, String otherwise) throws ReleaseException, InterruptedException {
        if (deadline.isExpired()) {
            throw new ReleaseException(name + ": " + otherwise);
        }
        TimeUnit.NANOSECONDS.timedWait(this, deadline.remainingNanos());
    }
}
