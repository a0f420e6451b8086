package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.Failures;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Remote;
import dev.atex.run.RunEvent;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A remote of a run with its executor. Each step runs in a thread of its own. */
final class RemoteWorker {
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final String name;
    private final Remote remote;
    private final RunPlan plan;
    private final Inbox inbox;
    private final TaskScope work;
    private final TaskScope releases;
    private final TimedCalls cleanUps;
    private volatile @Nullable Executor executor;
    private volatile TaskScope.@Nullable Task<Void> current;
    private volatile TaskScope.@Nullable Task<Void> releasing;

    /** Used only by the coordinator: true if the set-up was given up, so that its outcome is ignored. */
    private boolean setUpGivenUp;

    RemoteWorker(
            String name,
            Remote remote,
            RunPlan plan,
            Inbox inbox,
            TaskScope work,
            TaskScope releases,
            TimedCalls cleanUps) {
        this.name = name;
        this.remote = remote;
        this.plan = plan;
        this.inbox = inbox;
        this.work = work;
        this.releases = releases;
        this.cleanUps = cleanUps;
    }

    void setUp() {
        current = work.run(name, () -> {
            try {
                Executor made = plan.executorFactory().create(remote);
                executor = made;
                made.start();
                inbox.post(at -> new RunEvent.SetUpFinished(at, name));
            } catch (Throwable failure) {
                String message = Failures.describe(failure);
                Optional<String> way = way(failure);
                inbox.post(at -> setUpGivenUp ? null : new RunEvent.SetUpFailed(at, name, message, way));
            }
        });
    }

    /** Returns the kind of a failure that other machines may share; empty for a lost connection. */
    private Optional<String> way(Throwable failure) {
        Optional<String> way = switch (failure) {
            case ExecutorException known -> Optional.of(known.way());
            case ConnectionException known when known.isPermanent() -> Optional.ofNullable(known.getMessage());
            default -> Optional.empty();
        };
        return way.map(text -> ProvisionException.way(text, Optional.of(remote.name())));
    }

    void cancelSetUp() {
        setUpGivenUp = true;
        TaskScope.Task<Void> setUp = current;
        if (setUp != null) {
            setUp.interrupt();
        }
    }

    void run(TestAttempt attempt) {
        Executor ready = executor;
        if (ready == null) {
            throw new IllegalStateException(name + " was never set up");
        }
        current = work.run(name, () -> attempt.run(ready, remote));
    }

    void cancelTest() {
        work.run(name, () -> {
            Executor running = executor;
            if (running != null) {
                try {
                    running.cancel();
                } catch (Throwable failure) {
                    inbox.hookFailed("cancel on " + name, failure);
                }
            }
        });
    }

    /** Ends the current step, cleans up, and releases the machine. The first two have half of the time limit. */
    void release() {
        releasing = releases.run(name, () -> {
            Deadline deadline = Deadline.after(plan.limits().release());
            try {
                cleanUp();
                remote.release(deadline);
                inbox.post(at -> new RunEvent.RemoteReleased(at, name));
            } catch (Throwable failure) {
                String message = Failures.describe(failure);
                inbox.post(at -> new RunEvent.ReleaseFailed(at, name, message));
            }
        });
    }

    /** Waits for the end of a started release; returns false if the deadline came first. */
    boolean awaitRelease(Deadline deadline) throws InterruptedException {
        TaskScope.Task<Void> begun = releasing;
        return begun == null || begun.awaitEnd(deadline);
    }

    private void cleanUp() throws InterruptedException {
        TaskScope.Task<Void> last = current;
        if (last == null) {
            return; // it was never used
        }
        last.interrupt(); // it has ended, or must be given up
        try {
            cleanUps.call(() -> {
                boolean interrupted = awaitEnd(last);
                Executor made = executor;
                if (made != null) {
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    made.stop();
                }
            });
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable failure) {
            inbox.hookFailed("clean-up of " + name, failure);
        }
    }

    /** Waits, and a moment longer if interrupted, because the executor must not be stopped earlier; returns whether it was interrupted. */
    private static boolean awaitEnd(TaskScope.Task<Void> interrupted) throws InterruptedException {
        try {
            interrupted.awaitEnd(Deadline.never());
            return false;
        } catch (InterruptedException e) {
            if (!interrupted.awaitEnd(Deadline.after(MOMENT))) {
                throw e;
            }
            return true;
        }
    }
}
