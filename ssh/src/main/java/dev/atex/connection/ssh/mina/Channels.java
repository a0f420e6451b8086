package dev.atex.connection.ssh.mina;

import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshHost;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.ConnectionService;
import org.jspecify.annotations.Nullable;

/**
 * The channels of one session. It learns the server's limit (sshd's {@code MaxSessions}) from refusals; commands beyond the
 * limit wait until a channel closes. One channel is always opened in advance, which saves the next command a round trip.
 * Thread-safe.
 */
final class Channels {
    private static final int PROBE = 8;
    private static final int ENOUGH_REFUSALS = 2;
    private static final int NOT_COUNTED = -1;

    private final SshHost host;
    private final ClientSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ExecChannel> ready = new ArrayDeque<>();
    /** Channels that the server has accepted and not closed yet. */
    private final Set<ExecChannel> accepted = new HashSet<>();

    private int opening;
    private int limit = Integer.MAX_VALUE;
    /** Channels accepted since the limit was set, see {@link #accept}. */
    private int sinceLimit;

    private int waiting;
    /** Consecutive refusals, each of a channel that was requested after the one before, while no channel was open. */
    private int refusals;
    /** The server's error after it has refused a channel twice while none was open. */
    private @Nullable Throwable refusal;

    private @Nullable ConnectionException lost;

    Channels(SshHost host, ClientSession session) {
        this.host = host;
        this.session = session;
    }

    /** Returns an open channel that has not run anything yet; waits for one if necessary. */
    ExecChannel take() throws ConnectionException, InterruptedException {
        lock.lockInterruptibly();
        waiting++;
        try {
            while (true) {
                if (lost != null) {
                    throw new ConnectionException(String.valueOf(lost.getMessage()), lost);
                }
                ExecChannel next = ready.poll();
                if (next != null) {
                    if (next.isOpen()) {
                        return next;
                    }
                } else if (refusal != null) {
                    Throwable why = refusal;
                    refusal = null;
                    throw new ConnectionException(
                            host + ": the server refuses to run commands: " + why.getMessage(), why);
                } else if (opening < waiting && opening + accepted.size() < limit) {
                    open();
                } else {
                    changed.await();
                }
            }
        } finally {
            waiting--;
            lock.unlock();
        }
    }

    /** Opens one in advance, unless there is one, or somebody waits already. */
    void prepare() {
        lock.lock();
        try {
            if (lost == null && ready.isEmpty() && opening == 0 && accepted.size() < limit) {
                open();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void open() {
        opening++;
        int before = accepted.isEmpty() ? refusals : NOT_COUNTED;
        ExecChannel channel = new ExecChannel();
        try {
            session.getService(ConnectionService.class).registerChannel(channel);
            channel.open().addListener(opened -> {
                if (opened.isOpened()) {
                    accept(channel);
                } else {
                    refuse(opened.getException(), before);
                }
            });
        } catch (IOException | RuntimeException e) {
            refuse(e, before);
        }
    }

    private void accept(ExecChannel channel) {
        lock.lock();
        try {
            opening--;
            refusals = 0;
            accepted.add(channel);
            // What had just been closed here may still have counted there: one more is tried now and then.
            if (limit < Integer.MAX_VALUE && ++sinceLimit > PROBE * limit) {
                limit++;
                sinceLimit = 0;
            }
            ready.add(channel);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        channel.addCloseFutureListener(_ -> closed(channel));
    }

    /**
     * Handles a refusal.
     *
     * @param before the number of refusals when the channel was requested. The server counts channels that were just closed until
     *     it has handled all requests that it has read: all of these may be refused, and count once.
     */
    private void refuse(Throwable why, int before) {
        lock.lock();
        try {
            opening--;
            if (!accepted.isEmpty()) {
                limit = Math.min(limit, accepted.size());
                sinceLimit = 0;
            } else if (before == refusals && ++refusals >= ENOUGH_REFUSALS && waiting > 0) {
                refusal = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void closed(ExecChannel channel) {
        ConnectionException why;
        lock.lock();
        try {
            accepted.remove(channel);
            ready.remove(channel);
            why = lost;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        channel.lost(
                why != null
                        ? why
                        : new ConnectionException(
                                host + ": the server closed the channel of a command without reporting its exit code"));
    }

    /** Ends all channels because the session is lost. */
    void lose(ConnectionException why) {
        List<ExecChannel> all;
        lock.lock();
        try {
            lost = why;
            all = List.copyOf(accepted);
            accepted.clear();
            ready.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(channel -> channel.lost(why));
    }
}
