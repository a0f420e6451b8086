package dev.atex.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.files.FileProblems;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.local.process.Containment;
import dev.atex.local.process.LocalLeftovers;
import dev.atex.local.process.Means;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the host this runs on. Needs Linux, {@code setsid} and {@code mkfifo}.
 *
 * <p>Commands run as the user of this process, in its working directory, each in a session of its own, so that the
 * terminal's Ctrl-C does not reach them. Everything they start is inside a {@link Containment} and ends with
 * {@link #disconnect()}; {@link #means} says what holds it. A program that can't be started shows as exit code 127 (not found) or 126. Thread-safe.
 */
public final class LocalConnection implements Connection {
    private static final Duration LONGEST_DISCONNECT = Duration.ofSeconds(10);

    private final Supplier<String> ids;
    private final Optional<String> leaseId;
    private final Optional<String> workName;
    private final Opening opening;
    /** Read: a command is being started. Write: connecting or disconnecting. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private @Nullable Session session;

    /** Not connected yet. */
    public LocalConnection() {
        this(() -> UUID.randomUUID().toString(), Optional.empty(), Optional.empty(), held(Optional.empty()));
    }

    /**
     * Not connected yet.
     *
     * @param leaseId also the id of its {@link Containment}; {@link LocalLeftovers} finds what has it
     */
    public LocalConnection(String leaseId) {
        this(leaseId, Optional.empty());
    }

    /** The same, with this means, as below. */
    public LocalConnection(String leaseId, Optional<Means> means) {
        this(leaseId, LeaseNames.shortName(leaseId), means);
    }

    /**
     * Not connected yet.
     *
     * @param leaseId as above
     * @param workName as {@link #workName}; one by chance that is in the locator of the lease
     * @param means what holds what is started: connecting fails if that cannot be had. Empty for the best that can be had
     *     without a change of what commands can do
     */
    public LocalConnection(String leaseId, String workName, Optional<Means> means) {
        this(() -> leaseId, Optional.of(leaseId), Optional.of(workName), held(means));
    }

    private LocalConnection(
            Supplier<String> ids, Optional<String> leaseId, Optional<String> workName, Opening opening) {
        this.ids = ids;
        this.leaseId = leaseId;
        this.workName = workName;
        this.opening = opening;
    }

    /** How a session begins. */
    @FunctionalInterface
    private interface Opening {
        Session open(String id, Deadline deadline) throws ConnectionException, InterruptedException;
    }

    private static Opening held(Optional<Means> means) {
        return (id, deadline) -> Session.open(id, means, deadline);
    }

    /**
     * One for programs that start others elsewhere, say in a container: those are not to end with the connection, and may
     * have inherited a control group. Found and ended is what has the mark in its environment.
     *
     * @param leaseId as above, if there is one
     */
    public static LocalConnection forClients(Optional<String> leaseId) {
        Supplier<String> ids = () -> leaseId.orElseGet(() -> UUID.randomUUID().toString());
        return new LocalConnection(ids, leaseId, leaseId.map(LeaseNames::shortName), Session::marked);
    }

    /** What holds what is started; empty while it is not connected. */
    public Optional<Means> means() {
        lock.readLock().lock();
        try {
            return Optional.ofNullable(session).map(Session::means);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Optional<String> leaseId() {
        return leaseId;
    }

    @Override
    public Optional<String> workName() {
        return workName;
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        return Optional.of(AnsibleAccess.local(() -> forClients(Optional.empty())));
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        Lock exclusive = lock.writeLock();
        exclusive.lockInterruptibly();
        try {
            if (session != null && session.isEnding()) {
                session.end(deadline); // what an earlier disconnect could not end
                session = null;
            }
            if (session == null) {
                session = opening.open(ids.get(), deadline);
            }
        } finally {
            exclusive.unlock();
        }
    }

    @Override
    public void disconnect() {
        boolean interrupted = false;
        Deadline deadline = Deadline.after(LONGEST_DISCONNECT);
        while (true) {
            try {
                disconnect(deadline);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ConnectionException e) {
                break; // who needs to know calls the other method
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Disconnects, and returns when everything that was started is verified to be gone.
     *
     * @throws ConnectionException names what is left; call again to try again
     */
    public void disconnect(Deadline deadline) throws ConnectionException, InterruptedException {
        Lock exclusive = lock.writeLock();
        exclusive.lockInterruptibly();
        try {
            if (session != null) {
                session.end(deadline);
                session = null;
            }
        } finally {
            exclusive.unlock();
        }
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        Lock shared = lock.readLock();
        shared.lockInterruptibly();
        try {
            if (session == null || session.isEnding()) {
                throw new ConnectionException("not connected to this host: connect first");
            }
            return session.start(command);
        } finally {
            shared.unlock();
        }
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        copy(localDirectory, Path.of(remoteDirectory), deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        copy(Path.of(remoteDirectory), localDirectory, deadline);
    }

    private void copy(Path from, Path to, Deadline deadline) throws ConnectionException, InterruptedException {
        try {
            TreeCopy.copy(from, to, deadline);
        } catch (IOException e) {
            throw new ConnectionException("cannot copy " + from + " to " + to + ": " + FileProblems.of(e), e);
        }
    }

    @Override
    public String toString() {
        return "local";
    }
}
