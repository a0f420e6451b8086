package dev.atex.provisioner.ssh;

import dev.atex.connection.ConnectionException;

/** A host allows the login but cannot be used: for example, sudo asks for a password. */
final class HostUnfitException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    HostUnfitException(String message) {
        super(message);
    }
}
