package dev.atex.connection.ssh.mina;

import dev.atex.connection.ssh.config.SshOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Asks the other side for a sign of life, again and again; when nothing at all has come after several in a row, the session
 * is over: behind much data on a slow network, the answer takes its time. The library's own does that too, at an interval
 * that is the same for all sessions.
 */
final class KeepAlive {
    private static final String REQUEST = "keepalive@openssh.com";

    private final ActivityTrackingSession session;
    private final Login login;
    /** Of one call after another. */
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
                // not at a fixed rate: after a pause of this process that would ask several times at once
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
        try {
            Buffer request = session.createBuffer(SshConstants.SSH_MSG_GLOBAL_REQUEST, REQUEST.length() + Integer.SIZE);
            request.putString(REQUEST);
            request.putBoolean(true);
            // Any answer will do; most servers refuse.
            Object _ = session.request(request, REQUEST, (_, _) -> {});
        } catch (IOException | RuntimeException e) {
            login.note(e);
            session.close(true);
        }
    }
}
