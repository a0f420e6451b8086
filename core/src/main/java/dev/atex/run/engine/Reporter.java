package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.Failures;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.RunSummary;
import dev.atex.run.model.RunModel;
import dev.atex.run.schedule.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Passes events to the listeners and to the model of the run, in a thread of its own. */
final class Reporter {
    /** So many events at most are passed on before results that wait for the first of them are stored. */
    private static final int MANY = 1000;

    private final List<RunListener> listeners;
    private final LogMessages messages = new LogMessages();
    private final RunModel model;
    private final Mailbox<Batch> mailbox = new Mailbox<>();
    private final Backlog backlog = new Backlog(Duration.ofMillis(50));
    private Duration now = Duration.ZERO;
    private volatile boolean failed;
    private volatile boolean ended;
    private final TaskScope scope;
    private final TaskScope.Task<Void> thread;

    /**
     * Events that are passed on together.
     *
     * @param decided what the scheduler decided after them, for log messages
     * @param written what to run after the listeners have handled them
     */
    private record Batch(List<RunEvent> events, List<Action> decided, Optional<Runnable> written) {}

    /** Creates a reporter that continues this model. */
    Reporter(String name, List<RunListener> listeners, RunModel model) {
        this.model = model;
        this.listeners = new ArrayList<>(listeners);
        this.listeners.add(messages);
        scope = TaskScope.open(name);
        thread = scope.run("events", this::work);
    }

    /** Returns whether {@link #report} logs the decisions it gets. */
    boolean wantsActions() {
        return messages.wantsActions();
    }

    void report(List<RunEvent> events, List<Action> decided, Optional<Runnable> written) {
        backlog.add(events.size());
        mailbox.post(new Batch(events, decided, written));
    }

    /** Waits a moment if the listeners are slower than the coordinator, which calls this. */
    void awaitListeners() throws InterruptedException {
        backlog.await();
    }

    /**
     * Waits until the listeners have handled all events.
     *
     * @return the summary, with one more problem if a listener hangs
     */
    RunSummary finish(Duration patience) throws InterruptedException {
        mailbox.post(new Batch(List.of(), List.of(), Optional.empty()));
        ended = thread.awaitEnd(Deadline.after(patience));
        if (!ended) {
            scope.close(Deadline.after(Duration.ofSeconds(1)));
            synchronized (model) {
                return model.summary()
                        .withProblem("a listener did not take all events within " + patience.toSeconds() + " s");
            }
        }
        scope.close();
        synchronized (model) {
            return model.summary();
        }
    }

    /**
     * Returns true if all listeners, the log among them, have taken all events, and nothing is left to be run or stored. To
     * be called after {@link #finish}.
     */
    boolean isComplete() {
        synchronized (model) {
            return ended && !failed && model.isComplete();
        }
    }

    private void work() throws InterruptedException {
        List<Batch> batches = new ArrayList<>();
        List<Runnable> waiting = new ArrayList<>();
        int unwritten = 0;
        while (true) {
            if (!mailbox.poll(batches)) {
                call(null);
                mailbox.take(batches);
            }
            for (Batch batch : batches) {
                pass(batch.events());
                explain(batch.decided());
                batch.written().ifPresent(waiting::add);
                unwritten += batch.events().size();
                backlog.remove(batch.events().size());
                if (batch.events().isEmpty() || (!waiting.isEmpty() && unwritten >= MANY)) {
                    write(waiting);
                    unwritten = 0;
                }
                if (batch.events().isEmpty()) {
                    return;
                }
            }
            if (!waiting.isEmpty()) {
                write(waiting);
                unwritten = 0;
            }
            batches.clear();
        }
    }

    /** Lets the listeners write what they have, and starts what waits for it. */
    private void write(List<Runnable> waiting) {
        call(null);
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    private void explain(List<Action> actions) {
        if (!actions.isEmpty() && listeners.contains(messages)) {
            try {
                messages.on(actions);
            } catch (RuntimeException failure) {
                listeners.remove(messages);
                pass(List.of(new RunEvent.HookFailed(now, messages.title(), Failures.describe(failure))));
            }
        }
    }

    private void pass(List<RunEvent> batch) {
        synchronized (model) {
            for (RunEvent event : batch) {
                model.on(event);
            }
        }
        for (RunEvent event : batch) {
            call(event);
        }
    }

    /** Calls each listener; one that throws is not called again. Null means that no more events are waiting. */
    private void call(@Nullable RunEvent event) {
        if (event != null) {
            now = event.at();
        }
        List<RunEvent> failures = List.of();
        for (Iterator<RunListener> each = listeners.iterator(); each.hasNext(); ) {
            RunListener listener = each.next();
            try {
                if (event == null) {
                    listener.idle();
                } else {
                    listener.on(event);
                }
            } catch (Throwable failure) {
                each.remove();
                failed = true;
                failures = new ArrayList<>(failures);
                failures.add(new RunEvent.HookFailed(now, listener.title(), Failures.describe(failure)));
            }
        }
        if (!failures.isEmpty()) {
            pass(failures);
        }
    }
}
