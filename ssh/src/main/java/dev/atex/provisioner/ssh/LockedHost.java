package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection to a host for as long as it is ours: who has it cannot log in again later. Thread-safe. */
final class LockedHost implements Connection {
    private final Connection connection;
    private volatile @Nullable String over;

    LockedHost(Connection connection) {
        this.connection = connection;
    }

    /** From now on nothing is begun there. */
    void end(String why) {
        over = why;
    }

    private void check() throws ConnectionException {
        String why = over;
        if (why != null) {
            throw new ConnectionException(connection + ": " + why);
        }
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        check();
        connection.connect(deadline);
    }

    @Override
    public void disconnect() {
        connection.disconnect();
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        check();
        return connection.start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        connection.upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        connection.download(remoteDirectory, localDirectory, deadline);
    }

    @Override
    public Optional<String> leaseId() {
        return connection.leaseId();
    }

    @Override
    public Optional<String> workName() {
        return connection.workName();
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        return connection.ansible();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
