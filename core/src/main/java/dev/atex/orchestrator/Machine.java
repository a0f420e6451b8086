package dev.atex.orchestrator;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.executor.Executor;
import dev.atex.provisioner.Remote;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A remote of a run with its executor, and what is done to it, each step in a thread of its own. */
final class Machine {
    private final String name;
    private final Remote remote;
    private final RunPlan plan;
    private final Inbox inbox;
    private final Work work;
    private final TaskScope releases;
    private final Watchdog stops;
    private volatile @Nullable Executor executor;
    private volatile TaskScope.@Nullable Task<Void> current;

    Machine(String name, Remote remote, RunPlan plan, Inbox inbox, Work work, TaskScope releases, Watchdog stops) {
        this.name = name;
        this.remote = remote;
        this.plan = plan;
        this.inbox = inbox;
        this.work = work;
        this.releases = releases;
        this.stops = stops;
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
                inbox.post(at -> new RunEvent.SetUpFailed(at, name, message));
            }
        });
    }

    void cancelSetUp() {
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
        current = work.run(name, () -> attempt.run(ready));
    }

    void cancelTest() {
        work.run(name + "/cancel", () -> {
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

    /**
     * Ends what still runs, cleans up, gives the machine back; the first two have parts of the limit, so that there is
     * time for the last.
     */
    void release() {
        releases.run(name + "/release", () -> {
            Duration limit = plan.limits().release();
            Deadline deadline = Deadline.after(limit);
            try {
                endCurrent(limit.dividedBy(4));
                stopExecutor();
                remote.release(deadline);
                inbox.post(at -> new RunEvent.RemoteReleased(at, name));
            } catch (Throwable failure) {
                String message = Failures.describe(failure);
                inbox.post(at -> new RunEvent.ReleaseFailed(at, name, message));
            }
        });
    }

    private void endCurrent(Duration patience) throws InterruptedException {
        TaskScope.Task<Void> last = current;
        if (last != null && !last.awaitEnd(Deadline.after(Duration.ZERO))) {
            last.interrupt();
            if (!last.awaitEnd(Deadline.after(work.isHurried() ? Duration.ZERO : patience))) {
                inbox.hookFailed("executor on " + name, "it goes on although it was interrupted");
            }
        }
    }

    private void stopExecutor() throws InterruptedException {
        Executor started = executor;
        if (started == null || work.isHurried()) {
            return;
        }
        try {
            stops.call(started::stop);
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable failure) {
            inbox.hookFailed("stop of the executor on " + name, failure);
        }
    }
}
