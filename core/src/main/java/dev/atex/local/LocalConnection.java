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
 * A connection to this host. Needs Linux, {@code setsid} and {@code mkfifo}.
 *
 * <p>Commands run as the user of this process, in its working directory, each in its own session, so that Ctrl-C on the
 * terminal does not reach them. All their processes are in a {@link Containment} and end with {@link #disconnect()}; {@link
 * #means} returns its means. A program that cannot be started exits with code 127 (not found) or 126. Thread-safe.
 */
public final class LocalConnection implements Connection {
    private static final Duration LONGEST_DISCONNECT = Duration.ofSeconds(10);

    private final Supplier<String> ids;
    private final Optional<String> leaseId;
    private final Optional<String> workName;
    private final Opening opening;
    /** Read lock: starting a command. Write lock: connecting or disconnecting. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    private @Nullable Session session;

    /** Creates a connection, not connected yet. */
    public LocalConnection() {
        this(() -> UUID.randomUUID().toString(), Optional.empty(), Optional.empty(), held(Optional.empty()));
    }

    /**
     * Creates a connection, not connected yet.
     *
     * @param leaseId also the id of its {@link Containment}, by which {@link LocalLeftovers} finds its processes
     */
    public LocalConnection(String leaseId) {
        this(leaseId, Optional.empty());
    }

    /** Creates a connection with this means, not connected yet. */
    public LocalConnection(String leaseId, Optional<Means> means) {
        this(leaseId, LeaseNames.shortName(leaseId), means);
    }

    /**
     * Creates a connection, not connected yet.
     *
     * @param leaseId id of the lease
     * @param workName as {@link #workName}; a random one from the locator of the lease
     * @param means means of containment; connecting fails if it is not available. Empty for the best one that does not change
     *     what commands can do
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

    /** Opens a session. */
    @FunctionalInterface
    private interface Opening {
        Session open(String id, Deadline deadline) throws ConnectionException, InterruptedException;
    }

    private static Opening held(Optional<Means> means) {
        return (id, deadline) -> Session.open(id, means, deadline);
    }

    /**
     * Returns a connection for programs that start others elsewhere, for example in a container. Those must not end with the
     * connection, and may be in an inherited control group. Only processes with the mark in their environment end with it.
     *
     * @param leaseId id of the lease, if there is one
     */
    public static LocalConnection forClients(Optional<String> leaseId) {
        Supplier<String> ids = () -> leaseId.orElseGet(() -> UUID.randomUUID().toString());
        return new LocalConnection(ids, leaseId, leaseId.map(LeaseNames::shortName), Session::marked);
    }

    /** Returns the means of containment; empty if not connected. */
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
                session.end(deadline); // an earlier disconnect could not end it
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
                break; // callers that need to know use the other method
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Disconnects, and returns when all started processes are verified to be gone.
     *
     * @throws ConnectionException if processes are left; names them. Call again to retry
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
