package dev.atex.connection.ssh;

import dev.atex.connection.ConnectionException;

/** The name of a host cannot be resolved: it is misspelt, or nobody who knows it can be asked. */
public final class HostUnknownException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    HostUnknownException(String message) {
        super(message);
    }

    HostUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
