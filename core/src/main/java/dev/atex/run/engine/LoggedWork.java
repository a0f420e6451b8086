package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts work as soon as the events before it are in the log. One thread waits for all of it, because a parked thread for each
 * piece costs more than the work itself. A listener that hangs delays the work by {@link #PATIENCE}, once.
 */
final class LoggedWork {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TaskScope work;
    private final TaskScope scope = TaskScope.open("work after the log");
    private final Mailbox<Piece> mailbox = new Mailbox<>();

    private record Piece(CountDownLatch logged, String threadName, TaskScope.Body body) {}

    /** Creates an object that starts its work in this scope. */
    LoggedWork(TaskScope work) {
        this.work = work;
    }

    void start() {
        scope.run("work after the log", this::startAll);
    }

    /** Runs {@code body} in a thread of its own when {@code logged} is open. */
    void run(CountDownLatch logged, String threadName, TaskScope.Body body) {
        mailbox.post(new Piece(logged, threadName, body));
    }

    /** Ends the thread; work that has not been started is not done. */
    boolean close(Deadline deadline) throws InterruptedException {
        return scope.close(deadline);
    }

    private void startAll() throws InterruptedException {
        List<Piece> pieces = new ArrayList<>();
        boolean hangs = false;
        while (true) {
            mailbox.take(pieces);
            for (Piece piece : pieces) {
                hangs = !piece.logged().await(hangs ? 0 : PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                work.run(piece.threadName(), piece.body());
            }
            pieces.clear();
        }
    }
}
