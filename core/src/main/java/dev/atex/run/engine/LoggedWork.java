package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts work as soon as the events before it are in the log. One thread waits for all of it, because a parked thread for each
 * piece costs more than the work itself. While a listener hangs, one piece waits for
 * {@link #PATIENCE} and the others do not wait.
 */
final class LoggedWork {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TaskScope work;
    private final Inbox inbox;
    private final TaskScope scope = TaskScope.open("work after the log");
    private final Mailbox<Piece> mailbox = new Mailbox<>();
    private @Nullable CountDownLatch hanging;

    private record Piece(CountDownLatch logged, String threadName, TaskScope.Body body) {}

    /** Creates an object that starts its work in this scope. */
    LoggedWork(TaskScope work, Inbox inbox) {
        this.work = work;
        this.inbox = inbox;
    }

    void start() {
        scope.run("work after the log", this::startAll);
    }

    /** Runs {@code body} in a thread of its own when {@code logged} is open. */
    void run(CountDownLatch logged, String threadName, TaskScope.Body body) {
        mailbox.post(new Piece(logged, threadName, body));
    }

    /** Starts what is waiting, without the log, and ends the thread. */
    boolean close(Deadline deadline) throws InterruptedException {
        return scope.close(deadline);
    }

    private void startAll() throws InterruptedException {
        List<Piece> pieces = new ArrayList<>();
        int started = 0;
        try {
            while (true) {
                mailbox.take(pieces);
                while (started < pieces.size()) {
                    awaitLog(pieces.get(started).logged());
                    start(pieces.get(started++));
                }
                pieces.clear();
                started = 0;
            }
        } finally {
            mailbox.poll(pieces);
            while (started < pieces.size()) {
                start(pieces.get(started++));
            }
        }
    }

    /** While the log hangs, nothing else waits for it: one wait for each piece would take far too long. */
    private void awaitLog(CountDownLatch logged) throws InterruptedException {
        if (hanging == null || hanging.getCount() == 0) {
            hanging = logged.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS) ? null : logged;
        }
    }

    private void start(Piece piece) {
        try {
            work.run(piece.threadName(), piece.body());
        } catch (RuntimeException | Error e) {
            inbox.hookFailed("starting to " + piece.threadName() + " results", e);
        }
    }
}
