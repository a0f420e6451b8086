package dev.atex.connection.ssh.transport;

/** Connections to a port that are forwarded over SSH, until this is closed or the connection ends. Thread-safe. */
public interface PortForward extends AutoCloseable {

    /** The port that is listened on: on loopback. */
    int port();

    /** Ends it; connections that are open may end too. Idempotent. */
    @Override
    void close();
}
