package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;

/** A host was reached, or could have been, but the way to log in is wrong: trying again would lock accounts, not help. */
public final class LoginRefusedException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    public LoginRefusedException(String message) {
        super(message);
    }

    public LoginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
