package dev.atex.provisioner.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.MachineUnfitException;
import dev.atex.connection.support.ForwardingConnection;
import java.nio.file.Path;

/** A connection that reports the results of copies: the first thing that a run needs and a host may not be able to do. Thread-safe. */
final class ObservedCopies extends ForwardingConnection {
    private final Connection connection;
    private final Observer observer;

    ObservedCopies(Connection connection, Observer observer) {
        this.connection = connection;
        this.observer = observer;
    }

    /** Receives the results of copies. */
    interface Observer {
        /** Called after a copy. */
        void succeeded();

        /** Called when the host cannot copy. */
        void failed(MachineUnfitException why);
    }

    @Override
    protected Connection connection() {
        return connection;
    }

    @Override
    public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        copy(() -> super.upload(localDirectory, remoteDirectory, deadline));
    }

    @Override
    public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
            throws ConnectionException, InterruptedException {
        copy(() -> super.download(remoteDirectory, localDirectory, deadline));
    }

    private interface Copy {
        void run() throws ConnectionException, InterruptedException;
    }

    private void copy(Copy copy) throws ConnectionException, InterruptedException {
        try {
            copy.run();
            observer.succeeded();
        } catch (MachineUnfitException e) {
            observer.failed(e);
            throw e;
        }
    }
}
