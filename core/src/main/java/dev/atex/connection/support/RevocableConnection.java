package dev.atex.connection.support;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a machine that another run may use later: after {@link #end}, it refuses to connect or to start anything.
 * Thread-safe.
 */
public final class RevocableConnection extends ForwardingConnection {
    private final Connection connection;
    private volatile @Nullable String over;

    /** Creates a connection that forwards all calls until {@link #end}. */
    public RevocableConnection(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected Connection connection() {
        return connection;
    }

    /** Refuses everything from now on, for this reason. Does not disconnect. */
    public void end(String why) {
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
        super.connect(deadline);
    }

    @Override
    public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
        check();
        return super.start(command);
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        super.upload(localDirectory, remoteDirectory, deadline);
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        super.download(remoteDirectory, localDirectory, deadline);
    }
}
