package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Work that starts as soon as the events before it are in the log. The coordinator starts it when it learns that they are. If a
 * listener hangs, another thread starts it: after {@link #PATIENCE}, and at once as long as that listener hangs.
 *
 * <p>The coordinator calls {@link #add} and {@link #passOn}.
 */
final class LoggedWork {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TaskScope work;
    private final Inbox inbox;
    private final TaskScope scope = TaskScope.open("work after the log");
    private final Mailbox<Waiting> mailbox = new Mailbox<>();

    /** The pieces that were added since the last {@link #passOn}. */
    private List<Piece> added = new ArrayList<>();

    private record Piece(String threadName, TaskScope.Body body) {}

    /** Creates an object that starts its work in this scope. */
    LoggedWork(TaskScope work, Inbox inbox) {
        this.work = work;
        this.inbox = inbox;
    }

    void start() {
        scope.run("work after the log", this::watch);
    }

    /** Adds work that runs in a thread of its own after the events so far are written. */
    void add(String threadName, TaskScope.Body body) {
        added.add(new Piece(threadName, body));
    }

    /** Returns what any thread runs when the events so far are written; empty if no work was added since the last call. */
    Optional<Runnable> passOn() {
        if (added.isEmpty()) {
            return Optional.empty();
        }
        Waiting waiting = new Waiting(added);
        mailbox.post(waiting);
        added = new ArrayList<>();
        return Optional.of(waiting);
    }

    /** Starts what is waiting, without the log, and ends the thread. */
    boolean close(Deadline deadline) throws InterruptedException {
        Optional<Runnable> _ = passOn();
        return scope.close(deadline);
    }

    /** Pieces of work that wait for the same events. */
    private final class Waiting implements Runnable {
        /** Null when they are started. */
        private final AtomicReference<@Nullable List<Piece>> pieces;

        private volatile boolean logged;

        Waiting(List<Piece> pieces) {
            this.pieces = new AtomicReference<>(pieces);
        }

        boolean isStarted() {
            return pieces.get() == null;
        }

        @Override
        public void run() {
            logged = true;
            inbox.post(
                    at -> { // in the thread that writes the log, events would wait while new threads are started
                        startPieces();
                        return null;
                    });
        }

        void startPieces() {
            List<Piece> mine = pieces.getAndSet(null);
            if (mine != null) {
                mine.forEach(LoggedWork.this::start);
            }
        }
    }

    /**
     * Starts what waits for a listener that hangs. One pause is for all work so far, because a timed wait for each piece would
     * cost more than the piece.
     */
    private void watch() throws InterruptedException {
        List<Waiting> taken = new ArrayList<>();
        Waiting hanging = null;
        try {
            while (true) {
                mailbox.take(taken);
                Waiting last = taken.getLast();
                if (hanging == null || hanging.logged) {
                    Thread.sleep(PATIENCE);
                    hanging = last.logged ? null : last;
                }
                if (hanging != null) {
                    taken.forEach(Waiting::startPieces);
                }
                taken.removeIf(Waiting::isStarted);
            }
        } finally {
            mailbox.poll(taken);
            taken.forEach(Waiting::startPieces);
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
