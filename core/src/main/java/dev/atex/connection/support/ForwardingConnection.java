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

    /** For subclasses. */
    protected ForwardingConnection() {}

    /** Returns the connection that does the work. */
    protected abstract Connection target();

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        target().connect(deadline);
    }

    @Override
    public void disconnect() {
        target().disconnect();
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        return target().start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        target().upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        target().download(remoteDirectory, localDirectory, deadline);
    }

    @Override
    public Optional<String> leaseId() {
        return target().leaseId();
    }

    @Override
    public Optional<String> workName() {
        return target().workName();
    }

    @Override
    public Optional<AnsibleAccess> ansible() {
        return target().ansible();
    }

    @Override
    public String toString() {
        return target().toString();
    }
}
