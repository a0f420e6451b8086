package dev.atex.connection.ssh.mina;

import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshHost;
import dev.atex.connection.ssh.transport.LoginRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.util.Locale;
import java.util.Optional;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.helpers.MissingAttachedSessionException;
import org.jspecify.annotations.Nullable;

/** The state of one session from its first packet on: its host, and why it ended. Thread-safe. */
final class Login {
    private final SshHost host;
    private final HostKeys hostKeys;
    private volatile @Nullable Throwable cause;
    private volatile @Nullable MinaLink link;
    private volatile String method = "keyboard-interactive or without authentication"; // MINA does not report these

    Login(SshHost host, HostKeys hostKeys) {
        this.host = host;
        this.hostKeys = hostKeys;
    }

    SshHost host() {
        return host;
    }

    HostKeys hostKeys() {
        return hostKeys;
    }

    void attach(MinaLink made) {
        link = made;
    }

    /** Stores how the user was authenticated, for logs. */
    void authenticatedBy(String how) {
        method = how;
    }

    /** Returns how the user was authenticated. */
    String method() {
        return method;
    }

    /** Stores why the session fails. The first call counts. */
    void note(Throwable why) {
        if (cause == null) {
            cause = why;
        }
    }

    /** Tells the link that the session is closed. */
    void closed() {
        MinaLink attached = link;
        if (attached != null) {
            attached.lost();
        }
    }

    /** Returns an exception for a session that ended. */
    ConnectionException loss() {
        Throwable why = cause;
        return why == null
                ? new ConnectionException(host + ": the connection was closed by the other side")
                : new ConnectionException(host + ": the connection was lost: " + reason(why), why);
    }

    /** Returns an exception for a session that could not be established. */
    ConnectionException failure(String what, Throwable why) {
        Optional<String> key = hostKeys.problem();
        if (key.isPresent()) {
            return new LoginRefusedException(host + ": " + key.get(), why);
        }
        String message = host + ": " + what + ": " + reason(why);
        return isRefusal(innermost(why))
                ? new LoginRefusedException(message, why)
                : new ConnectionException(message, why);
    }

    private static boolean isRefusal(Throwable why) {
        return why instanceof SshException
                && String.valueOf(why.getMessage()).contains("No more authentication methods available");
    }

    private static Throwable innermost(Throwable why) {
        Throwable innermost = why;
        for (Throwable next = why; next != null && !(innermost instanceof ConnectException); next = next.getCause()) {
            innermost = next;
        }
        return innermost;
    }

    private String reason(Throwable why) {
        Throwable innermost = innermost(why);
        String text = String.valueOf(innermost.getMessage());
        return switch (innermost) {
            case ConnectException _ ->
                "port " + host.port() + " of " + host.hostName() + ": " + text.toLowerCase(Locale.ROOT);
            case MissingAttachedSessionException _ -> "the server closed the connection as soon as it was established";
            case NoRouteToHostException _ -> host.hostName() + " cannot be reached: " + text;
            case SshException _
            when isRefusal(innermost) ->
                "the server accepts none of the keys" + (text.contains("password") ? " or the password" : "")
                        + " (tried: " + host.identities()
                        + host.agent().map(_ -> ", the agent").orElse("") + ")";
            case IOException _ -> text;
            default -> innermost.toString();
        };
    }
}
