package dev.atex.connection.ssh.mina;

import dev.atex.connection.ssh.config.SshOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Sends keep-alive requests at an interval, and closes the session when nothing at all has come after several of them. Any
 * data counts as a sign of life: on a slow network an answer may be behind much data. MINA's own keep-alive has one interval
 * for all sessions.
 */
final class KeepAlive {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");
    private static final String REQUEST = "keepalive@openssh.com";

    private final ActivityTrackingSession session;
    private final Login login;
    /** Requests since data last came. Used by one call at a time. */
    private int unanswered;

    private long lastHeard;

    private KeepAlive(ActivityTrackingSession session, Login login) {
        this.session = session;
        this.login = login;
    }

    static void start(ActivityTrackingSession session, Login login, Duration interval) {
        KeepAlive keepAlive = new KeepAlive(session, login);
        ScheduledFuture<?> schedule = session.getFactoryManager()
                .getScheduledExecutorService()
                // not at a fixed rate: after this process was paused, that would send several at once
                .scheduleWithFixedDelay(keepAlive::ask, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        session.addCloseFutureListener(_ -> schedule.cancel(false));
    }

    private void ask() {
        long heard = session.heard();
        if (heard != lastHeard) {
            lastHeard = heard;
            unanswered = 0;
        }
        if (unanswered++ >= SshOptions.MISSED_SIGNS) {
            login.note(new SshException("it has not answered for " + SshOptions.MISSED_SIGNS + " signs of life"));
            session.close(true);
            return;
        }
        LOG.log(
                unanswered > 1 ? Level.DEBUG : Level.TRACE,
                () -> login.host() + ": asking for a sign of life, the last " + (unanswered - 1)
                        + " were not answered");
        try {
            Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + Integer.SIZE);
            request.putString(REQUEST);
            request.putBoolean(true);
            // Any answer counts; most servers answer with a failure.
            Object _ = session.request(request, REQUEST, (_, _) -> {});
        } catch (IOException | RuntimeException e) {
            login.note(e);
            session.close(true);
        }
    }
}
