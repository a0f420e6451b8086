package dev.atex.provisioner;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import java.nio.file.Path;
import java.util.Optional;

/** A machine of a {@link PooledProvisioner}. */
final class PooledRemote implements Remote {
    private final PooledProvisioner pool;
    private final PooledProvisioner.Machine machine;
    private final Connection connection;

    PooledRemote(PooledProvisioner pool, PooledProvisioner.Machine machine, Connection connection) {
        this.pool = pool;
        this.machine = machine;
        this.connection = connection;
    }

    @Override
    public String name() {
        return machine.name();
    }

    @Override
    public void release(Deadline deadline) throws ReleaseException, InterruptedException {
        pool.release(machine, deadline);
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        connection.connect(deadline);
    }

    @Override
    public void disconnect() {
        connection.disconnect();
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        return connection.start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        connection.upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        connection.download(remoteDirectory, localDirectory, deadline);
    }

    @Override
    public Optional<String> leaseId() {
        return connection.leaseId();
    }

    @Override
    public String toString() {
        return name();
    }
}
