package dev.atex.provisioner.pool;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine of a {@link PooledProvisioner}, from the moment when it occupies a slot. Compared by identity. */
final class PooledRemote implements Remote {
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

    private Connection connection() {
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
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        pool.release(this, deadline);
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        connection().connect(deadline);
    }

    @Override
    public void disconnect() {
        connection().disconnect();
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        return connection().start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        connection().upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        connection().download(remoteDirectory, localDirectory, deadline);
    }

    @Override
    public Optional<String> leaseId() {
        return connection().leaseId();
    }

    @Override
    public Optional<String> workName() {
        return connection().workName();
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        return connection().ansible();
    }

    @Override
    public String toString() {
        return name();
    }
}
