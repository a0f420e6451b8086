package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary;
import dev.atex.run.model.RunModel;
import dev.atex.run.schedule.Action;
import dev.atex.run.schedule.Rules;
import dev.atex.run.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The loop of a run. One thread, the coordinator, owns the scheduler: it takes events from the inbox, logs them, asks the
 * scheduler, and passes its actions to other threads. After the start of the run, no code of users runs in that thread.
 */
public final class RunLoop {
    private static final Duration LISTENERS_PATIENCE = Duration.ofSeconds(30);

    /** The longest time for the removal of stored artifacts. */
    private static final Duration REMOVAL = Duration.ofMinutes(10);

    private final RunPlan plan;
    private final Inbox inbox = new Inbox();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicInteger urgency = new AtomicInteger();
    private final Object removal = new Object();

    /** The coordinator's thread while it removes stored artifacts, which an interrupt ends. Guarded by {@link #removal}. */
    private @Nullable Thread remover;

    /** Creates a run. */
    public RunLoop(RunPlan plan) {
        this.plan = plan;
    }

    /**
     * Asks the run to end: the first call cancels tests, after the second one the run only releases machines. If the run is
     * complete, and stored artifacts are being removed, the rest of them stays.
     */
    public void interrupt(String reason) {
        int now = urgency.incrementAndGet();
        if (now <= 2) {
            inbox.post(at -> new RunEvent.Interrupted(at, now, reason));
        }
        synchronized (removal) {
            if (remover != null) {
                remover.interrupt();
            }
        }
    }

    /** Asks the run to start no more tests. */
    public void stopBeginning(String reason) {
        inbox.post(at -> new RunEvent.StopRequested(at, reason));
    }

    /**
     * Runs it, once.
     *
     * @throws InterruptedException if the thread was interrupted; the run has ended
     */
    public RunSummary run() throws InterruptedException {
        if (!begun.compareAndSet(false, true)) {
            throw new IllegalStateException("an orchestrator runs once; make another one for another run");
        }
        boolean interrupted = false;
        try (TaskScope scope = TaskScope.open("run")) {
            Alarm alarm = new Alarm(inbox);
            scope.run("alarm", alarm::run);
            TaskScope.Task<RunSummary> coordinator =
                    scope.fork("coordinator", () -> new Coordinator(alarm).coordinate());
            while (true) {
                try {
                    RunSummary summary = coordinator.join(Deadline.never());
                    if (interrupted) {
                        throw new InterruptedException("the run was interrupted");
                    }
                    return summary;
                } catch (InterruptedException e) {
                    if (interrupted && coordinator.awaitEnd(Deadline.after(Duration.ZERO))) {
                        throw e;
                    }
                    interrupted = true;
                    interrupt("the calling thread was interrupted");
                } catch (ExecutionException e) {
                    throw new IllegalStateException("the run broke off; this is a bug, please report it", e.getCause());
                } catch (TimeoutException e) {
                    throw new IllegalStateException("a wait without a deadline timed out", e);
                }
            }
        }
    }

    /** The state of the coordinator's thread. */
    private final class Coordinator {
        private final long start = System.nanoTime()
                - plan.resumption()
                        .map(before -> before.history().elapsed().toNanos())
                        .orElse(0L);
        private final Timers timers = new Timers(plan.limits());
        private final Reporter reporter = new Reporter(
                "listeners",
                plan.listeners(),
                plan.resumption().map(ResumePlan::history).orElseGet(RunModel::withoutTimeline));
        private final ActionRunner runner = new ActionRunner(plan, inbox, this::log);
        private final Scheduler scheduler = new Scheduler(
                new Rules(
                        Ranks.of(plan, inbox),
                        plan.sources().stream().map(RunPlan.Source::name).toList(),
                        plan.maxSpares(),
                        plan.maxFailedSetups(),
                        plan.maxFailed(),
                        plan.prepareTries(),
                        plan.prepareMachines(),
                        plan.oneByOne()),
                plan.before());
        private List<RunEvent> logged = new ArrayList<>();
        private List<Action> decided = new ArrayList<>();
        private final Alarm alarm;
        private long alarmAt = Timers.NONE;
        private boolean finished;

        Coordinator(Alarm alarm) {
            this.alarm = alarm;
        }

        RunSummary coordinate() throws InterruptedException {
            try {
                begin();
                runner.start();
                List<Inbox.Report> batch = new ArrayList<>();
                while (!finished) {
                    flush();
                    reporter.awaitListeners();
                    setAlarm();
                    inbox.take(batch);
                    for (Inbox.Report report : batch) {
                        handle(report);
                    }
                    batch.clear();
                    for (Timers.Timer timer : timers.expired(System.nanoTime())) {
                        handle(new RunEvent.DeadlineExpired(now(), timer.limit(), timer.subject()));
                    }
                }
                end();
            } catch (Throwable failure) {
                runner.giveUp();
                throw failure;
            } finally {
                flush();
            }
            RunSummary summary = reporter.finish(LISTENERS_PATIENCE);
            return reporter.isComplete() ? withoutStored(summary) : summary;
        }

        private RunSummary withoutStored(RunSummary summary) {
            synchronized (removal) {
                remover = Thread.currentThread();
            }
            RunSummary whole = summary;
            try {
                for (String problem : runner.removeStored(Deadline.after(REMOVAL))) {
                    whole = whole.withProblem(problem);
                }
                return whole;
            } finally {
                synchronized (removal) {
                    remover = null;
                }
            }
        }

        private void begin() {
            RunEvent started = new RunEvent.RunStarted(
                    now(), plan.clock().instant(), plan.runId(), plan.platform(), plan.tests(), plan.notes());
            ResumePlan resumption = plan.resumption().orElse(null);
            if (resumption == null) {
                handle(started);
                return;
            }
            if (resumption.history().isEmpty()) {
                log(started); // it ended before its first event was written
            }
            handle(new RunEvent.RunResumed(now(), plan.clock().instant(), resumption.tests()));
            resumption.news().forEach(this::logOnly);
        }

        private void setAlarm() {
            if (timers.next() != alarmAt) {
                alarmAt = timers.next();
                alarm.set(alarmAt);
            }
        }

        private void handle(Inbox.Report report) {
            RunEvent event = report.at(now());
            if (event != null) {
                handle(event);
            }
        }

        private void handle(RunEvent event) {
            log(event);
            List<Action> actions = scheduler.decide(event);
            if (reporter.wantsActions()) {
                decided.addAll(actions);
            }
            for (Action action : actions) {
                switch (action) {
                    case Action.StartTimer a -> timers.start(a.limit(), a.subject(), System.nanoTime());
                    case Action.StopTimer a -> timers.stop(a.limit(), a.subject());
                    case Action.Finish a -> finished = true;
                    case Action other -> runner.perform(other, event.at());
                }
            }
            switch (event) {
                case RunEvent.RemoteReleased e -> runner.forget(e.remote());
                case RunEvent.ReleaseFailed e -> runner.forget(e.remote());
                case RunEvent other -> {}
            }
        }

        /** Ends the last threads, and logs their reports. */
        private void end() throws InterruptedException {
            boolean ended = runner.end();
            List<Inbox.Report> rest = new ArrayList<>();
            inbox.poll(rest);
            rest.forEach(this::logOnly);
            if (!ended) {
                log(new RunEvent.HookFailed(
                        now(), "run", "an executor, aggregator or provisioner goes on although it was interrupted"));
            }
            log(new RunEvent.RunFinished(now()));
        }

        private void logOnly(Inbox.Report report) {
            RunEvent event = report.at(now());
            if (event instanceof RunEvent.AttemptRecovered found) {
                log(new RunEvent.AttemptRecovered(
                        found.at(),
                        found.test(),
                        found.attempt(),
                        found.own(),
                        found.subtests().judged(plan.subtests()),
                        found.commit()));
            } else if (event != null) {
                log(event);
            }
        }

        private void log(RunEvent event) {
            logged.add(event);
        }

        private void flush() {
            if (!logged.isEmpty()) {
                reporter.report(logged, decided, runner.whenLogged());
                logged = new ArrayList<>();
                decided = decided.isEmpty() ? decided : new ArrayList<>();
            }
        }

        /** Returns the time in whole microseconds, as in logs. */
        private Duration now() {
            return Duration.ofNanos((System.nanoTime() - start) / 1000 * 1000);
        }
    }
}
