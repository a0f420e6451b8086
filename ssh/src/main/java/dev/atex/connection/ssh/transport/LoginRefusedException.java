package dev.atex.connection.ssh.transport;

import dev.atex.connection.ConnectionException;

/** The host refuses the login, or the login is configured wrongly: a retry would not help, and could lock the account. */
public final class LoginRefusedException extends ConnectionException {
    private static final long serialVersionUID = 1L;

    /** Creates one with this message. */
    public LoginRefusedException(String message) {
        super(message);
    }

    /** Creates one with this message and cause. */
    public LoginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isPermanent() {
        return true;
    }
}
