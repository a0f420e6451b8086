package dev.atex.connection.ssh.transport;

/** A port whose connections are forwarded over SSH until this is closed or the login ends. Thread-safe. */
public interface PortForward extends AutoCloseable {

    /** Returns the loopback port that accepts connections. */
    int port();

    /** Stops forwarding. Open connections may end too. Idempotent. */
    @Override
    void close();
}
