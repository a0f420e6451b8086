package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.support.ForwardingConnection;
import dev.atex.connection.support.LoggedProcess;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine of a {@link PooledProvisioner}, from the moment when it occupies a slot. Compared by identity. */
final class PooledRemote extends ForwardingConnection implements Remote {
    private static final Logger LOG = System.getLogger("dev.atex.provisioner");
    private static final Duration UNDO = Duration.ofMinutes(1);

    private final PooledProvisioner pool;
    private final int slot;
    private final long firstNumber;

    private volatile @Nullable Reservation reservation;
    /** Set when it is ready; a failed machine is never returned. */
    private @Nullable Connection connection;

    private @Nullable ProvisionException failure;

    PooledRemote(PooledProvisioner pool, int slot, long number) {
        this.pool = pool;
        this.slot = slot;
        this.firstNumber = number;
    }

    int slot() {
        return slot;
    }

    /** Reserves the machine, and adds it to the pool, ready or failed. */
    void reserve() {
        try {
            connection = attempt();
        } catch (ProvisionException e) {
            failure = e;
            LOG.log(pool.isStopped() ? Level.DEBUG : Level.INFO, () -> name() + ": gave up: " + e.getMessage());
        } catch (InterruptedException e) {
            failure = new ProvisionException(pool.name() + ": a reservation was interrupted by somebody else", e);
            pool.settle(reservation, false, null); // nobody has freed its resources
        } catch (RuntimeException | Error e) {
            failure = new ProvisionException(pool.name() + ": a reservation failed: " + e, e);
        }
        pool.add(this);
    }

    private Connection attempt() throws ProvisionException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Reservation next = pool.reservation(slot, attempt == 1 ? firstNumber : pool.nextNumber());
            reservation = next;
            pool.check(); // either a stop sees the reservation, or this sees the stop
            try {
                return next.reserve();
            } catch (ProvisionException e) {
                undo(next, e);
                if (!pool.triesAgain(slot, attempt, e)) {
                    throw e;
                }
                int failed = attempt;
                LOG.log(Level.INFO, () -> next.name() + ": attempt " + failed + " failed, retrying: " + e.getMessage());
            } catch (RuntimeException | Error e) {
                undo(next, e);
                throw e;
            }
        }
    }

    /** Frees what a failed reservation left. */
    private void undo(Reservation failed, Throwable why) throws InterruptedException {
        try {
            pool.undo(failed, Deadline.after(UNDO));
        } catch (ReleaseException e) {
            why.addSuppressed(e);
        }
    }

    /** Returns why the reservation failed; null if it did not. */
    @Nullable
    ProvisionException failure() {
        return failure;
    }

    /** Returns the current or last reservation; null if there was none yet. */
    @Nullable
    Reservation reservation() {
        return reservation;
    }

    @Override
    protected Connection connection() {
        return Objects.requireNonNull(connection, "not ready");
    }

    @Override
    public String name() {
        Reservation now = reservation;
        return now == null ? "slot " + slot : now.name();
    }

    @Override
    public Optional<Expiry> expiry() {
        Reservation now = reservation;
        return now == null ? Optional.empty() : now.expiry();
    }

    @Override
    public boolean servesOneTest() {
        return pool.servesOneTest();
    }

    @Override
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        pool.release(this, deadline);
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        return new LoggedProcess(name(), command, super.start(command));
    }

    @Override
    public String machineName() {
        return name();
    }

    @Override
    public String toString() {
        return name();
    }
}
