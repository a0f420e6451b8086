package dev.atex.connection.support;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import java.nio.file.Path;
import java.util.Optional;

/** A connection that forwards all calls to another one. Subclasses override the methods that they change. */
public abstract class ForwardingConnection implements Connection {

    /** Creates one. */
    protected ForwardingConnection() {}

    /** Returns the other connection. */
    protected abstract Connection connection();

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
    public String machineName() {
        return connection().machineName();
    }

    @Override
    public String toString() {
        return connection().toString();
    }
}
