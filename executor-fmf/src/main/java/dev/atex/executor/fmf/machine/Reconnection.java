package dev.atex.executor.fmf.machine;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import java.time.Duration;
import java.util.Optional;

/** Waits for a remote that is about to reboot, or has said so. */
public final class Reconnection {
    private static final Duration ONE_ATTEMPT = Duration.ofSeconds(60);

    /** A remote that refuses connections is asked this often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Connection connection;
    private final Workspace.Identity identity;

    public Reconnection(Connection connection, Workspace.Identity identity) {
        this.connection = connection;
        this.identity = identity;
    }

    /**
     * Drops the connection and connects until it works and nothing runs any more of what ran before.
     *
     * @return empty: the remote has lost the work directory
     */
    public Optional<Workspace> await() throws ExecutorException, InterruptedException {
        ChangeSignal nobody = new ChangeSignal();
        while (true) {
            connection.disconnect();
            try {
                connection.connect(Deadline.after(ONE_ATTEMPT));
                return Workspace.again(connection, identity, Deadline.never());
            } catch (ConnectionException e) {
                nobody.await(nobody.rings(), PAUSE.toNanos());
            }
        }
    }
}
