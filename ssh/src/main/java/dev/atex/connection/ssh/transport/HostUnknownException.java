package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;

/** The name of a host cannot be resolved: it is misspelled, or no name server answers. */
public final class HostUnknownException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    /** Creates one with this message. */
    public HostUnknownException(String message) {
        super(message);
    }

    /** Creates one with this message and cause. */
    public HostUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
