package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.support.ForwardingConnection;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The connection to a host while this run holds its lock. After that it refuses to connect or to start anything. Thread-safe. */
final class LockedHost extends ForwardingConnection {
    private final Connection connection;
    private final Copies copies;
    private volatile @Nullable String over;

    LockedHost(Connection connection, Copies copies) {
        this.connection = connection;
        this.copies = copies;
    }

    /** Receives the results of copies: the first thing that a run needs and a host may not be able to do. */
    interface Copies {
        /** Called after a copy. */
        void succeeded();

        /** Called when the host cannot copy. */
        void failed(MachineUnfitException why);
    }

    @Override
    protected Connection connection() {
        return connection;
    }

    /** Refuses everything from now on, for this reason. */
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
        copy(() -> super.upload(localDirectory, remoteDirectory, deadline));
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        check();
        copy(() -> super.download(remoteDirectory, localDirectory, deadline));
    }

    private interface Copy {
        void run() throws ConnectionException, InterruptedException;
    }

    private void copy(Copy copy) throws ConnectionException, InterruptedException {
        try {
            copy.run();
            copies.succeeded();
        } catch (MachineUnfitException e) {
            copies.failed(e);
            throw e;
        }
    }
}
