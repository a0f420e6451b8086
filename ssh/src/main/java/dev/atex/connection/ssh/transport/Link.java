package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import java.util.Optional;

/** A login on a host that runs commands. Thread-safe. */
public interface Link extends AutoCloseable {

    /** Returns why the login no longer works; empty while it works. */
    Optional<ConnectionException> failure();

    /** Starts a line by the user's shell. */
    RemoteProcess exec(String line, Output stdout, Output stderr) throws ConnectionException, InterruptedException;

    /** Forwards connections to a port of this host to a port that the other host can reach. */
    PortForward forwardLocal(int localPort, String toHost, int toPort) throws ConnectionException, InterruptedException;

    /** Forwards connections to a loopback port of the other host to a port that this host can reach. */
    PortForward forwardRemote(int remotePort, String toHost, int toPort)
            throws ConnectionException, InterruptedException;

    /** Closes the login: running commands end as lost. Does not wait for the network. */
    @Override
    void close();
}
