package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Reservation} that is the same for every kind of machine: who may call what when, and that {@link
 * #abort} first interrupts a {@link #reserve} under way and waits for its end, so that {@link #acquire} and {@link #free}
 * never run at the same time.
 */
public abstract class AbstractReservation implements Reservation {
    /** How long a release that fails is begun anew. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final String name;
    private final LeaseLog leases;
    private @Nullable Thread acquiring;
    private boolean begun;
    private boolean aborted;
    /** A thread is in {@link #free}. */
    private boolean freeing;

    private boolean freed;
    private volatile @Nullable Lease lease;
    private volatile boolean known;
    private long acquiringEnded;

    /** A reservation of the machine with this name, of which nothing is written down. */
    protected AbstractReservation(String name) {
        this(name, LeaseLog.unrecorded());
    }

    /** A reservation of the machine with this name. */
    protected AbstractReservation(String name, LeaseLog leases) {
        this.name = name;
        this.leases = leases;
    }

    /** Writes down that the machine is about to be made: the first thing in {@link #acquire}. */
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

    /** Writes down what became known when the machine was made. */
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
     * Gets the machine. Called at most once; interrupted when the reservation is aborted, and must end promptly then. On
     * failure it may leave things behind that {@link #free} finds.
     */
    protected abstract Connection acquire() throws ProvisionException, InterruptedException;

    /**
     * Frees what {@link #acquire} got, all or in part, and verifies it. Not called if that never began; called again after a
     * failure: by {@link #abort} itself, some times within seconds, and by whoever aborts again.
     */
    protected abstract void free(Deadline deadline) throws ReleaseException, InterruptedException;

    /**
     * How long the machine may still appear although {@link #acquire} has failed without {@link #have}: the longest time that
     * the service itself takes for making one. Zero if nobody else makes it, or if it is known that it was not made.
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
            throw e;
        }
        if (end()) {
            throw wasAborted(null);
        }
        return connection;
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

    /** Tells whether it was aborted meanwhile; if so, the interrupt that told this thread has done its work. */
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
        } finally {
            endFreeing(successful);
        }
    }

    /** That nothing is there proves little while the service may still be making it. */
    private void freeWhatComesLate(Deadline deadline) throws ReleaseException, InterruptedException {
        Duration longest = longestCreate();
        if (!longest.isPositive()) {
            return;
        }
        Duration wait = longest.minusNanos(System.nanoTime() - acquiringEnded());
        if (wait.compareTo(deadline.remaining()) > 0) {
            throw new ReleaseException(
                    name + ": nobody knows whether it was made, and it is too early to say that it was"
                            + " not: 'atex reap' looks again");
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

    /** What fails at once may do better a moment later; what took its time to fail has tried. */
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
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2);
        }
    }

    /** Ends {@link #acquire}; tells whether there is something to free. */
    private synchronized boolean beginFreeing(Deadline deadline) throws ReleaseException, InterruptedException {
        aborted = true;
        if (acquiring != null) {
            acquiring.interrupt();
        }
        while (acquiring != null) {
            await(deadline, "its reservation is under way and did not end in time");
        }
        while (freeing) {
            await(deadline, "its release, begun by another thread, did not end in time");
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
