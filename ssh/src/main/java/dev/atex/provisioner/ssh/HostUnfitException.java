package dev.atex.provisioner.ssh;

import dev.atex.connection.ConnectionException;

/** A host was entered and cannot be used, by what it answers itself: sudo asks for a password, say. */
final class HostUnfitException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    HostUnfitException(String message) {
        super(message);
    }
}
