package dev.atex.podman.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.copy.TarDownload;
import dev.atex.connection.copy.TarUpload;
import dev.atex.local.LocalConnection;
import dev.atex.podman.engine.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a container of this host. It needs no network. The container must have {@code env}, and for copies {@code
 * sh}, {@code mkdir} and {@code tar}. Thread-safe.
 *
 * <p>{@link #disconnect()} does not kill commands, as one of them may be about to reboot: they see the end of standard input,
 * and EPIPE when they write. A command that does not notice ends with the container.
 */
public final class ContainerConnection implements Connection {
    private static final Duration PROBE = Duration.ofSeconds(20);

    private final Container container;
    private final LocalConnection local;
    /** Read lock: a command is being started. Write lock: connecting or disconnecting. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /** Written with the write lock held. */
    private volatile @Nullable ContainerSession session;

    /**
     * Creates a connection that is not connected yet.
     *
     * @param container the container
     * @param local runs the programs of the engine and the runtime; nobody else uses it
     */
    public ContainerConnection(Container container, LocalConnection local) {
        this.container = container;
        this.local = local;
    }

    /**
     * Returns a connection to an existing container, not connected yet.
     *
     * @param engine the engine of the container
     * @param id of the container, in full
     */
    public static ContainerConnection to(Engine engine, String id) {
        return new ContainerConnection(
                new Container(engine, id, ExecTool::find), LocalConnection.forClients(Optional.empty()));
    }

    /**
     * Returns a connection to a container of a reservation, not connected yet.
     *
     * @param engine the engine of the container
     * @param id of the container, in full
     * @param boots whether an init system runs in the container, which can reboot
     * @param entered whether a command has run in a container of the same image; shared by all of them
     * @param local runs the programs of the engine and the runtime; nobody else uses it
     */
    public static ContainerConnection of(
            Engine engine, String id, boolean boots, AtomicBoolean entered, LocalConnection local) {
        return new ContainerConnection(new Container(engine, id, boots, entered), local);
    }

    @Override
    public Optional<String> leaseId() {
        return local.leaseId();
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        return Optional.of(container.ansible());
    }

    /** Connects. Starts a container again that has rebooted, and waits until a booting one is up. */
    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        Lock exclusive = lock.writeLock();
        exclusive.lockInterruptibly();
        try {
            if (session != null) {
                return;
            }
            local.connect(deadline);
            ContainerSession opened = ContainerSession.open(container, local);
            try {
                opened.awaitBoot(deadline.orAfter(container.boots() ? Duration.ofMinutes(5) : PROBE));
                session = opened;
            } finally {
                if (session == null) {
                    opened.close();
                    local.disconnect();
                }
            }
        } finally {
            exclusive.unlock();
        }
    }

    @Override
    public void disconnect() {
        ContainerSession open = session;
        if (open != null) {
            open.endRelays();
        }
        local.disconnect(); // ends a connect that is running
        lock.writeLock().lock();
        try {
            if (session != null) {
                session.close();
                session = null;
            }
            local.disconnect();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        Lock shared = lock.readLock();
        shared.lockInterruptibly();
        try {
            return session().start(command);
        } finally {
            shared.unlock();
        }
    }

    private ContainerSession session() throws ConnectionException {
        ContainerSession open = session;
        if (open == null) {
            throw new ConnectionException("not connected to " + container + ": connect first");
        }
        return open;
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (!TarUpload.copy(this, localDirectory, remoteDirectory, deadline)) {
            throw noTar("copy " + localDirectory + " to");
        }
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        if (!TarDownload.copy(this, remoteDirectory, localDirectory, deadline)) {
            throw noTar("copy " + remoteDirectory + " from");
        }
    }

    private MachineUnfitException noTar(String what) {
        return new MachineUnfitException("cannot " + what + " " + container
                + ": it runs no commands, or has no tar: use an image that has sh, mkdir and tar");
    }

    @Override
    public String toString() {
        return container.toString();
    }
}
