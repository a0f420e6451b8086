package dev.atex.orchestrator;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Passes events on to the listeners and to the summary, in a thread of its own. */
final class Reporter {
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<RunListener> listeners;
    private final SummaryFold summary = new SummaryFold();
    private final LinkedBlockingQueue<List<RunEvent>> batches = new LinkedBlockingQueue<>();
    private Duration now = Duration.ZERO;
    private final TaskScope scope;
    private final TaskScope.Task<Void> thread;

    Reporter(String name, List<RunListener> listeners) {
        this.listeners = new ArrayList<>(listeners);
        scope = TaskScope.open(name);
        thread = scope.run("events", this::work);
    }

    void report(List<RunEvent> batch) {
        batches.add(batch);
    }

    /**
     * Waits until the listeners have seen everything.
     *
     * @return the summary of what was reported, with a problem more if a listener holds the rest up
     */
    RunSummary finish(Duration patience) throws InterruptedException {
        batches.add(List.of());
        boolean ended = thread.awaitEnd(Deadline.after(patience));
        if (!ended) {
            scope.close(Deadline.after(Duration.ofSeconds(1)));
            synchronized (summary) {
                return summary.summary()
                        .withProblem("a listener did not take all events within " + patience.toSeconds() + " s");
            }
        }
        scope.close();
        synchronized (summary) {
            return summary.summary();
        }
    }

    private void work() throws InterruptedException {
        boolean idle = false;
        while (true) {
            List<RunEvent> batch = idle ? batches.take() : batches.poll(MOMENT, TimeUnit.NANOSECONDS);
            if (batch == null) {
                call(RunListener::idle);
                idle = true;
            } else if (batch.isEmpty()) {
                call(RunListener::idle);
                return;
            } else {
                idle = false;
                batch.forEach(this::pass);
            }
        }
    }

    private void pass(RunEvent event) {
        now = event.at();
        synchronized (summary) {
            summary.on(event);
        }
        call(listener -> listener.on(event));
    }

    /** Calls each listener; one that throws is not called again, and the others are told. */
    private void call(Consumer<RunListener> what) {
        List<RunEvent> failures = List.of();
        for (Iterator<RunListener> each = listeners.iterator(); each.hasNext(); ) {
            RunListener listener = each.next();
            try {
                what.accept(listener);
            } catch (Throwable failure) {
                each.remove();
                failures = new ArrayList<>(failures);
                failures.add(new RunEvent.HookFailed(
                        now, "listener " + listener.getClass().getName(), Failures.describe(failure)));
            }
        }
        failures.forEach(this::pass);
    }
}
