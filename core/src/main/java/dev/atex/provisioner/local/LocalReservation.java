package dev.atex.provisioner.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.local.LocalConnection;
import dev.atex.provisioner.AbstractReservation;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ReleaseException;
import java.time.Duration;

/** A connection to this host, and a hold on everything started over it. */
final class LocalReservation extends AbstractReservation {
    private static final Duration CONNECT = Duration.ofMinutes(1);

    private final LocalConnection connection = new LocalConnection();

    LocalReservation(String name) {
        super(name);
    }

    @Override
    protected Connection acquire() throws ProvisionException, InterruptedException {
        try {
            connection.connect(Deadline.after(CONNECT));
            return connection;
        } catch (ConnectionException e) {
            throw new ProvisionException(name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void free(Deadline deadline) throws ReleaseException, InterruptedException {
        try {
            connection.disconnect(deadline);
        } catch (ConnectionException e) {
            throw new ReleaseException(name() + ": " + e.getMessage(), e);
        }
    }
}
