package dev.atex.connection.ssh;

import dev.atex.connection.ConnectionException;

/** A host was reached, or could have been, but the way to log in is wrong: trying again would lock accounts, not help. */
public final class LoginRefusedException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    LoginRefusedException(String message) {
        super(message);
    }

    LoginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
