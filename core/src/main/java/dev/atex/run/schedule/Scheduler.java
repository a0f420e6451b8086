package dev.atex.run.schedule;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.internal.text.Count;
import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.schedule.TestQueue.QueuedTest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a run does next. Owned by one thread. Each call costs O(log N) for N tests, except the call that ends the run,
 * and O(N) if a machine has no time left for the next test.
 *
 * <p>Until the queue is empty for the first time, every provisioner is asked for one machine per remaining test. Then the
 * requests are dropped, and a lost machine is replaced only if a queued test needs it.
 *
 * <p>A test starts on a machine with a limited lifetime only if it must end in time. A machine that has no time for any
 * waiting test is released and replaced.
 */
public final class Scheduler {
    /** The time that a test needs besides its own: copying its files. */
    static final Duration MARGIN = Duration.ofMinutes(1);

    /** The reason of tests that are not run because no machine can run them. */
    public static final String NO_MACHINE = "no machine can be had any more";

    /** The end of the name of a machine that is used again. */
    private static final Pattern REUSE = Pattern.compile("#[0-9]+$");

    private enum Phase {
        NEW,
        RUNNING,
        /** No test starts; running tests end, results are stored, machines are released. */
        ENDING,
        /** Machines are released; the run waits for nothing else. */
        FORCED,
        FINISHED
    }

    private enum Use {
        SETTING_UP,
        IDLE,
        RUNNING,
        RELEASING
    }

    private static final class Machine {
        final String name;
        final Source source;
        Use use = Use.SETTING_UP;
        /** True while the timer for idle machines runs. */
        boolean timed;

        /** The time at which its owner takes it away. */
        final Optional<Duration> until;

        /** True if it has run a test. */
        boolean used;

        @Nullable
        QueuedTest test;

        Machine(String name, Source source, Optional<Duration> until) {
            this.name = name;
            this.source = source;
            this.until = until;
        }
    }

    private static final class Source {
        final String name;
        /** Requests that are open: neither fulfilled, nor failed, nor dropped. */
        int outstanding;
        /** Machines that are not gone. */
        int held;
        /** Machines that are being set up, idle or running a test. */
        int usable;

        boolean clearing;
        boolean failed;
        /** True if it was given up because its machines cannot be set up. */
        boolean givenUp;
        /** True if one of its machines was set up. */
        boolean proven;
        /** Number of failed set-ups, by kind of failure. */
        final Map<String, Integer> failures = new HashMap<>();
        /** Machines with failed set-ups, by kind of failure. */
        final Map<String, Set<String>> failing = new HashMap<>();

        boolean stopping;
        boolean stopped;

        Source(String name) {
            this.name = name;
        }

        String timer() {
            return "provisioner " + name;
        }
    }

    private final Rules rules;
    private final TestQueue queue = new TestQueue();
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final List<Source> untried = new ArrayList<>();
    private final Map<String, Machine> machines = new HashMap<>();
    private final ArrayDeque<Machine> idle = new ArrayDeque<>();
    private Phase phase = Phase.NEW;
    private Duration now = Duration.ZERO;
    private boolean cleared;
    private boolean waitingForMachine;
    private boolean waitingForCancelled;
    private boolean waitingForIngests;
    private int settingUp;
    private int running;
    private int outstanding;
    private int pendingIngests;
    private int failedSetUps;
    private int failed;
    private String whyNoMachine = "";

    private boolean stopped;

    /** The reason why an earlier session stopped: only tests that its end cut off start; empty if it did not. */
    private final Optional<String> stopBefore;

    private List<Action> actions = List.of();

    /** Creates a scheduler for a run. */
    public Scheduler(Rules rules) {
        this(rules, Rules.Before.NOTHING);
    }

    /** Creates a scheduler for a resumed run. */
    public Scheduler(Rules rules, Rules.Before before) {
        this.rules = rules;
        failed = before.failed();
        stopBefore = before.stop();
        rules.provisioners().forEach(name -> sources.put(name, new Source(name)));
        untried.addAll(sources.values());
        cleared = rules.oneByOne();
    }

    /**
     * Processes an event and returns the next actions, in order. Events that only record an action, and late answers, change
     * nothing. The first event is {@link RunEvent.RunStarted} or {@link RunEvent.RunResumed}; after {@link Action.Finish} there
     * are no more actions.
     */
    public List<Action> decide(RunEvent event) {
        if (phase == Phase.FINISHED) {
            return List.of();
        }
        actions = List.of();
        now = event.at();
        switch (event) {
            case RunEvent.RunStarted e -> begin();
            case RunEvent.RunResumed e -> begin();
            case RunEvent.ProvisionCleared e -> provisionCleared(source(e.provisioner()), e.dropped());
            case RunEvent.ProvisionFailed e -> {
                used(source(e.provisioner()), 1);
                whyNoMachine = e.message();
            }
            case RunEvent.ProvisionerFailed e -> {
                provisionerFailed(source(e.provisioner()));
                whyNoMachine = e.message();
            }
            case RunEvent.ProvisionerStopped e -> provisionerStopped(source(e.provisioner()));
            case RunEvent.RemoteReady e -> remoteReady(e.remote(), source(e.provisioner()), e.until());
            case RunEvent.SetUpFinished e -> setUpFinished(machines.get(e.remote()));
            case RunEvent.SetUpFailed e -> setUpFailed(machines.get(e.remote()), e);
            case RunEvent.TestFinished e -> testFinished(machines.get(e.remote()), e);
            case RunEvent.AttemptIngested e -> ingestEnded();
            case RunEvent.IngestFailed e -> ingestEnded();
            case RunEvent.AttemptSuperseded e -> ingestEnded();
            case RunEvent.RemoteReleased e -> released(machines.get(e.remote()));
            case RunEvent.ReleaseFailed e -> released(machines.get(e.remote()));
            case RunEvent.DeadlineExpired e -> expired(e);
            case RunEvent.StopRequested e -> {
                if (phase == Phase.RUNNING) {
                    end(true, e.reason());
                }
            }
            case RunEvent.Interrupted e -> interrupted(e.urgency());
            default -> {} // nothing to decide
        }
        if (phase == Phase.RUNNING) {
            goOn();
        }
        if (phase == Phase.ENDING || phase == Phase.FORCED) {
            windUp();
        }
        return actions;
    }

    private void begin() {
        if (phase != Phase.NEW) {
            throw new IllegalStateException("the run was started twice");
        }
        phase = Phase.RUNNING;
        rules.tests().forEach(ranked -> queue.add(new QueuedTest(ranked)));
        startTimer(Limit.RUN, "");
        stopBefore
                .or(() -> enoughHaveFailed() ? Optional.of(haveFailed()) : Optional.empty())
                .ifPresent(this::goOnStopped);
        if (queue.isEmpty()) {
            return;
        }
        if (!rules.oneByOne()) {
            List.copyOf(untried).forEach(source -> ask(source, queue.size()));
        }
    }

    /** Applies the decision of an earlier session: tests that had not started do not start. */
    private void goOnStopped(String reason) {
        stopped = true;
        act(new Action.Stop(reason));
        List<QueuedTest> cutOff = new ArrayList<>();
        for (QueuedTest test = queue.poll(); test != null; test = queue.poll()) {
            if (test.cutOff) {
                cutOff.add(test);
            } else {
                notRun(test, true, reason);
            }
        }
        cutOff.forEach(queue::add);
    }

    private boolean enoughHaveFailed() {
        return rules.maxFailed() > 0 && failed >= rules.maxFailed();
    }

    private String haveFailed() {
        return failed == 1 ? "a test has failed before" : failed + " tests have failed before";
    }

    // ---- machines come and go

    private void ask(Source source, int count) {
        untried.remove(source);
        source.outstanding += count;
        outstanding += count;
        act(new Action.Provision(source.name, count));
    }

    private void used(Source source, int count) {
        int really = Math.min(count, source.outstanding); // a user's provisioner may report more than was requested
        source.outstanding -= really;
        outstanding -= really;
    }

    private void provisionCleared(Source source, int dropped) {
        used(source, dropped);
        source.clearing = false;
    }

    private void provisionerFailed(Source source) {
        used(source, source.outstanding);
        source.failed = true;
        untried.remove(source);
    }

    private void provisionerStopped(Source source) {
        if (source.stopping && !source.stopped) {
            source.stopped = true;
            stopTimer(Limit.RELEASE, source.timer());
        }
    }

    private void remoteReady(String name, Source source, Optional<Duration> until) {
        used(source, 1);
        Machine machine = new Machine(name, source, until);
        if (machines.putIfAbsent(name, machine) != null) {
            throw new IllegalStateException("two machines are called '" + name + "'");
        }
        source.held++;
        source.usable++;
        settingUp++;
        if (phase == Phase.RUNNING && !source.givenUp && isWanted()) {
            startTimer(Limit.SET_UP, name);
            act(new Action.SetUp(name));
        } else {
            release(machine);
        }
    }

    /** Returns whether a new machine, counted as being set up, is needed. */
    private boolean isWanted() {
        if (rules.oneByOne()) {
            return usable() == 1;
        }
        return !cleared || settingUp + idle.size() <= queue.size() + rules.maxSpares();
    }

    private int usable() {
        return settingUp + idle.size() + running;
    }

    private void setUpFinished(@Nullable Machine machine) {
        if (machine != null && machine.use == Use.SETTING_UP) {
            stopTimer(Limit.SET_UP, machine.name);
            settingUp--;
            machine.source.proven = true;
            machine.use = Use.IDLE;
            idle.add(machine);
        }
    }

    private void setUpFailed(@Nullable Machine machine, RunEvent event) {
        if (machine == null || machine.use != Use.SETTING_UP) {
            return;
        }
        if (event instanceof RunEvent.DeadlineExpired) {
            act(new Action.CancelSetUp(machine.name));
        } else {
            stopTimer(Limit.SET_UP, machine.name);
        }
        release(machine);
        failedSetUps++;
        if (phase == Phase.RUNNING) {
            if (event instanceof RunEvent.SetUpFailed failure && isOfNoUse(machine.source, failure)) {
                giveUp(machine.source, failure);
            }
            if (failedSetUps > rules.maxFailedSetups()) {
                end(Count.of(failedSetUps, "set-up") + " failed, at most " + rules.maxFailedSetups() + " may");
            } else {
                replace(machine.source);
            }
        }
    }

    /** Counts a failed set-up: a failure that is the same everywhere is not the machines' fault. */
    private boolean isOfNoUse(Source source, RunEvent.SetUpFailed failure) {
        if (failure.way().isEmpty() || source.proven) {
            return false;
        }
        String way = failure.way().get();
        Set<String> failing = source.failing.computeIfAbsent(way, any -> new HashSet<>());
        failing.add(REUSE.matcher(failure.remote()).replaceFirst(""));
        return source.failures.merge(way, 1, Integer::sum) >= rules.prepareTries()
                || failing.size() >= rules.prepareMachines();
    }

    /** Gives up a provisioner whose machines cannot be set up. */
    private void giveUp(Source source, RunEvent.SetUpFailed failure) {
        int times = source.failures.getOrDefault(failure.way().orElse(""), 0);
        whyNoMachine = "the set-up failed " + (times == 1 ? "" : times + " times in the same way ") + "on machines of "
                + source.name + ": " + failure.message();
        source.failed = true;
        source.givenUp = true;
        if (source.outstanding > 0 && !source.clearing) {
            source.clearing = true;
            act(new Action.Clear(source.name));
        }
        used(source, source.outstanding);
        int lost = 0; // the caller replaces the one that failed
        for (Machine machine : List.copyOf(machines.values())) {
            if (machine.source == source && machine.use == Use.SETTING_UP) {
                stopTimer(Limit.SET_UP, machine.name);
                act(new Action.CancelSetUp(machine.name));
                release(machine);
                lost++;
            }
        }
        for (int i = 0; i < lost; i++) {
            replace(source);
        }
    }

    /** Requests a replacement of a lost machine, if the remaining tests can use it. */
    private void replace(Source lost) {
        Source source = lost;
        if (source.failed) {
            source = firstUseful();
            if (source == null) {
                return;
            }
        }
        boolean needed = cleared
                ? !queue.isEmpty() && outstanding + settingUp + idle.size() < queue.size() + rules.maxSpares()
                : source.outstanding + source.usable < queue.size() + running;
        if (needed) {
            ask(source, 1);
        }
    }

    private @Nullable Source firstUseful() {
        for (Source source : sources.values()) {
            if (!source.failed) {
                return source;
            }
        }
        return null;
    }

    private void release(Machine machine) {
        switch (machine.use) {
            case SETTING_UP -> settingUp--;
            case RUNNING -> running--;
            case IDLE -> stopIdleTimer(machine); // the caller has removed it from the idle ones
            case RELEASING -> throw new IllegalStateException("'" + machine.name + "' is being released already");
        }
        machine.use = Use.RELEASING;
        machine.test = null;
        machine.source.usable--;
        startTimer(Limit.RELEASE, machine.name);
        act(new Action.Release(machine.name));
    }

    private void released(@Nullable Machine machine) {
        if (machine != null && machine.use == Use.RELEASING) {
            stopTimer(Limit.RELEASE, machine.name);
            forget(machine);
        }
    }

    private void forget(Machine machine) {
        machines.remove(machine.name);
        machine.source.held--;
    }

    // ---- tests

    private void testFinished(@Nullable Machine machine, RunEvent.TestFinished event) {
        if (machine == null || machine.test == null || !machine.test.name.equals(event.test())) {
            return;
        }
        QueuedTest test = machine.test;
        machine.test = null;
        pendingIngests++;
        boolean again = event.rerun() && phase == Phase.RUNNING && !stopped;
        if (again) {
            act(new Action.Supersede(test.name, test.attempts));
            queue.add(test);
        } else {
            act(new Action.Ingest(test.name, test.attempts));
            failed += isFailure(event.ending()) ? 1 : 0;
        }
        if (phase == Phase.RUNNING && !stopped && enoughHaveFailed()) {
            act(new Action.Stop(haveFailed()));
            end(true, haveFailed());
        }
        if (event.destroyed() || phase != Phase.RUNNING) {
            release(machine);
            if (phase == Phase.RUNNING) {
                replace(machine.source);
            }
        } else {
            running--;
            machine.use = Use.IDLE;
            idle.add(machine);
        }
    }

    private static boolean isFailure(Ending ending) {
        return ending.failureClass()
                .filter(reason -> reason != FailureClass.CANCELLED)
                .isPresent();
    }

    private void ingestEnded() {
        pendingIngests = Math.max(0, pendingIngests - 1);
    }

    // ---- going on and ending

    private void goOn() {
        dispatch();
        if (queue.isEmpty()) {
            dropSpares();
            if (running == 0) {
                beginEnd();
                return;
            }
            startIdleTimers();
        } else if (usable() == 0 && outstanding == 0) {
            if (untried.isEmpty()) {
                end(NO_MACHINE
                        + whyNoMachine
                                .lines()
                                .findFirst()
                                .map(why -> ": " + why)
                                .orElse(""));
                return;
            }
            ask(untried.getFirst(), 1);
        }
        boolean waiting = !queue.isEmpty() && usable() == 0;
        if (waiting != waitingForMachine) {
            waitingForMachine = waiting;
            act(waiting ? new Action.StartTimer(Limit.FIRST_REMOTE, "") : new Action.StopTimer(Limit.FIRST_REMOTE, ""));
        }
    }

    private void dispatch() {
        while (!idle.isEmpty() && !queue.isEmpty()) {
            Machine machine = idle.remove();
            QueuedTest test = next(machine);
            if (test == null) {
                release(machine);
                replace(machine.source);
                continue;
            }
            stopIdleTimer(machine);
            machine.used = true;
            machine.use = Use.RUNNING;
            machine.test = test;
            running++;
            test.attempts++;
            test.cutOff = false;
            act(new Action.RunTest(machine.name, test.name, test.attempts));
        }
    }

    /**
     * Returns the longest test that a machine has time for. A new machine runs the first test in any case: no other would have
     * more time, and few tests take their longest duration.
     */
    private @Nullable QueuedTest next(Machine machine) {
        if (machine.until.isEmpty()) {
            return queue.poll();
        }
        Duration left = machine.until.get().minus(now).minus(MARGIN);
        QueuedTest test = left.isNegative() ? null : queue.poll(left);
        return test == null && !machine.used ? queue.poll() : test;
    }

    /** Releases idle machines except spares. */
    private void startIdleTimers() {
        for (Machine machine : idle) {
            if (!machine.timed) {
                machine.timed = true;
                startTimer(Limit.IDLE, machine.name);
            }
        }
    }

    private void stopIdleTimer(Machine machine) {
        if (machine.timed) {
            machine.timed = false;
            stopTimer(Limit.IDLE, machine.name);
        }
    }

    private void idleExpired(@Nullable Machine machine) {
        if (machine != null && machine.use == Use.IDLE && idle.remove(machine)) {
            machine.timed = false;
            release(machine);
            if (!cleared) {
                cleared = true; // otherwise the next one would only wait as long
                clearAll();
            }
        }
    }

    private void dropSpares() {
        if (!cleared && idle.size() >= rules.maxSpares()) {
            cleared = true;
            clearAll();
        }
        while (cleared && idle.size() > rules.maxSpares()) {
            release(idle.removeLast());
        }
    }

    private void clearAll() {
        for (Source source : sources.values()) {
            if (source.outstanding > 0 && !source.clearing) {
                source.clearing = true;
                act(new Action.Clear(source.name));
            }
        }
    }

    /** Ends the run before all tests are done: queued tests get a final result with the reason. */
    private void end(String reason) {
        end(false, reason);
    }

    private void end(boolean wanted, String reason) {
        for (QueuedTest test = queue.poll(); test != null; test = queue.poll()) {
            notRun(test, wanted, reason);
        }
        beginEnd();
    }

    private void notRun(QueuedTest test, boolean wanted, String reason) {
        pendingIngests++;
        boolean hasBegun = test.attempts > 0; // it must not look like one that was not started
        String before = !hasBegun
                ? ""
                : test.cutOff ? "it was cut off and was not run again: " : "it failed and was not run again: ";
        act(new Action.ReportNotRun(test.name, test.attempts + 1, false, wanted && !hasBegun, before + reason));
    }

    private void beginEnd() {
        phase = Phase.ENDING;
        if (waitingForMachine) {
            stopTimer(Limit.FIRST_REMOTE, "");
        }
        clearAll();
        releaseUnused();
    }

    private void releaseUnused() {
        idle.clear();
        for (Machine machine : machines.values()) {
            if (machine.use == Use.SETTING_UP) {
                stopTimer(Limit.SET_UP, machine.name);
                act(new Action.CancelSetUp(machine.name));
                release(machine);
            } else if (machine.use == Use.IDLE) {
                release(machine);
            }
        }
    }

    private void cancelRunning() {
        if (running > 0 && !waitingForCancelled) {
            waitingForCancelled = true;
            startTimer(Limit.CANCEL, "");
            for (Machine machine : machines.values()) {
                if (machine.use == Use.RUNNING) {
                    act(new Action.CancelTest(machine.name));
                }
            }
        }
    }

    /** Releases the machines of tests that do not end. */
    private void abandonRunning(String reason) {
        for (Machine machine : machines.values()) {
            if (machine.use == Use.RUNNING && machine.test != null) {
                if (phase != Phase.FORCED) { // then the run does not wait for results
                    pendingIngests++;
                    act(new Action.ReportNotRun(machine.test.name, machine.test.attempts, true, false, reason));
                }
                release(machine);
            }
        }
    }

    private void interrupted(int urgency) {
        if (phase == Phase.RUNNING) {
            beginEnd();
        }
        if (urgency >= 2) {
            force();
        } else {
            cancelRunning();
        }
    }

    private void force() {
        if (phase != Phase.FORCED) {
            phase = Phase.FORCED;
            abandonRunning("");
            act(new Action.Hurry());
            startTimer(Limit.FORCED_RELEASE, "");
        }
    }

    private void expired(RunEvent.DeadlineExpired event) {
        String subject = event.subject();
        switch (event.limit()) {
            case RUN -> {
                if (phase == Phase.RUNNING) {
                    end("the run's time is over");
                }
                cancelRunning();
            }
            case FIRST_REMOTE -> {
                if (phase == Phase.RUNNING && waitingForMachine) {
                    waitingForMachine = false;
                    end("no machine came in time");
                }
            }
            case SET_UP -> setUpFailed(machines.get(subject), event);
            case IDLE -> idleExpired(machines.get(subject));
            case RELEASE -> releaseExpired(subject);
            case CANCEL -> {
                waitingForCancelled = false;
                abandonRunning("it did not end when it was cancelled");
            }
            case INGEST -> {
                pendingIngests = 0;
                act(new Action.Hurry());
            }
            case FORCED_RELEASE -> finish();
            case REAP -> {} // a limit of the guard, when the run is gone
        }
    }

    private void releaseExpired(String subject) {
        Machine machine = machines.get(subject);
        if (machine != null) {
            if (machine.use == Use.RELEASING) {
                forget(machine);
            }
            return;
        }
        for (Source source : sources.values()) {
            if (source.timer().equals(subject)) {
                source.stopped = true;
            }
        }
    }

    private void windUp() {
        boolean allStopped = true;
        for (Source source : sources.values()) {
            if (!source.stopping && (source.held == 0 || phase == Phase.FORCED)) {
                source.stopping = true;
                startTimer(Limit.RELEASE, source.timer());
                act(new Action.StopProvisioner(source.name));
            }
            allStopped &= source.stopped;
        }
        if (waitingForCancelled && running == 0) {
            waitingForCancelled = false;
            stopTimer(Limit.CANCEL, "");
        }
        if (!allStopped || !machines.isEmpty()) {
            return;
        }
        if (pendingIngests == 0 || phase == Phase.FORCED) {
            finish();
        } else if (!waitingForIngests) {
            waitingForIngests = true;
            startTimer(Limit.INGEST, "");
        }
    }

    private void finish() {
        phase = Phase.FINISHED;
        act(new Action.Finish());
    }

    // ---- small tools

    private Source source(String name) {
        Source source = sources.get(name);
        if (source == null) {
            throw new IllegalStateException("no provisioner is called '" + name + "'");
        }
        return source;
    }

    private void startTimer(Limit limit, String subject) {
        act(new Action.StartTimer(limit, subject));
    }

    private void stopTimer(Limit limit, String subject) {
        act(new Action.StopTimer(limit, subject));
    }

    private void act(Action action) {
        if (actions.isEmpty()) {
            actions = new ArrayList<>(4); // many events need no action
        }
        actions.add(action);
    }
}
