package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.support.ForwardingConnection;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection to a machine while it exists. After that it refuses to connect or to start anything. Thread-safe. */
final class MachineConnection extends ForwardingConnection {
    private final SshConnection connection;
    private final String name;
    private volatile @Nullable String over;

    MachineConnection(SshConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    @Override
    protected Connection connection() {
        return connection;
    }

    /** Ends the connection, and refuses everything from now on, for this reason. */
    void end(String why) {
        over = why;
        connection.disconnect();
    }

    /** Returns the reason for which it has ended. */
    Optional<String> ended() {
        return Optional.ofNullable(over);
    }

    private void check() throws ConnectionException {
        String why = over;
        if (why != null) {
            throw new ConnectionException(name + ": " + why);
        }
    }

    @Override
    public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
        check();
        super.connect(deadline);
        check();
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

    @Override
    public String toString() {
        return name;
    }
}
