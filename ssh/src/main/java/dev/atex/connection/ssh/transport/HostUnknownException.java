package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;

/** The name of a host cannot be resolved: it is misspelt, or nobody who knows it can be asked. */
public final class HostUnknownException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    public HostUnknownException(String message) {
        super(message);
    }

    public HostUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
