package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import java.util.Optional;

/** A login on a host, over which commands are run. Thread-safe. */
public interface Link extends AutoCloseable {

    /** Why it is of no use any more; empty while it works. */
    Optional<ConnectionException> failure();

    /** Runs a line by the user's shell. */
    RemoteProcess exec(String line, Output stdout, Output stderr) throws ConnectionException, InterruptedException;

    /** Forwards connections to a port of this host to one that the other side can reach. */
    PortForward forwardLocal(int localPort, String toHost, int toPort) throws ConnectionException, InterruptedException;

    /** Forwards connections to a port of the other host (its loopback) to one that this side can reach. */
    PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException;

    /** Drops it: running commands end as lost. Does not wait for the network. */
    @Override
    void close();
}
