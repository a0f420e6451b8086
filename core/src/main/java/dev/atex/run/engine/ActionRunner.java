package dev.atex.run.engine;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.provisioner.Expiry;
import dev.atex.provisioner.Remote;
import dev.atex.run.RunEvent;
import dev.atex.run.layout.ArtifactPaths;
import dev.atex.run.schedule.Action;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Performs the actions of the scheduler, each in a thread of its own. Only the coordinator uses it. */
final class ActionRunner {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final RunPlan plan;
    private final Inbox inbox;
    private final Consumer<RunEvent> log;
    private final ArtifactPaths paths;
    private final Storage storage;
    /** All work but releases: interrupted if the run must end quickly. */
    private final TaskScope work;

    private final LoggedWork afterLog;
    /** Releases and provisioners: the run waits for these until the end. */
    private final TaskScope releases;

    private final TimedCalls cleanUps;
    private final Map<String, ProvisionerWorker> provisioners = new LinkedHashMap<>();
    private final Map<String, RemoteWorker> machines = new ConcurrentHashMap<>();
    private final Map<String, TestAttempt> attempts = new HashMap<>();

    /** Creates a runner. */
    ActionRunner(RunPlan plan, Inbox inbox, Consumer<RunEvent> log) {
        this.plan = plan;
        this.inbox = inbox;
        this.log = log;
        paths = new ArtifactPaths(plan.artifactsDirectory());
        storage = new Storage(plan, inbox);
        work = TaskScope.open("work");
        afterLog = new LoggedWork(work, inbox);
        releases = TaskScope.open("machines");
        cleanUps = new TimedCalls(plan.limits().release().dividedBy(2));
        for (RunPlan.Source source : plan.sources()) {
            provisioners.put(
                    source.name(),
                    new ProvisionerWorker(source, plan.limits().release(), inbox, releases, this::addMachine));
        }
    }

    void start() {
        releases.run("watchdog", cleanUps::run);
        afterLog.start();
        provisioners.values().forEach(ProvisionerWorker::open);
    }

    /** Gives a machine a unique name, and reports it ready. Threads of provisioners call this. */
    private void addMachine(ProvisionerWorker worker, Remote remote) {
        String base = remote.name();
        String name = base;
        for (int n = 2; ; n++) {
            if (machines.putIfAbsent(name, new RemoteWorker(name, remote, plan, inbox, work, releases, cleanUps))
                    == null) {
                break;
            }
            name = base + "#" + n;
        }
        String unique = name;
        Optional<Expiry> expiry = remote.expiry();
        inbox.post(at -> new RunEvent.RemoteReady(at, unique, worker.name(), expiry.map(each -> until(at, each))));
    }

    /** Returns the time in whole microseconds, as in logs. */
    private static Duration until(Duration at, Expiry expiry) {
        return at.plusNanos(expiry.end().remainingNanos() / 1000 * 1000);
    }

    /** Forgets a machine that is gone, so that another one can have its name. */
    void forget(String remote) {
        machines.remove(remote);
    }

    void perform(Action action, Duration now) {
        switch (action) {
            case Action.Provision a -> {
                log.accept(new RunEvent.ProvisionRequested(now, a.provisioner(), a.count()));
                provisioner(a.provisioner()).provision(a.count());
            }
            case Action.Clear a -> provisioner(a.provisioner()).clear();
            case Action.StopProvisioner a -> provisioner(a.provisioner()).stop(this::awaitReleases);
            case Action.SetUp a -> machine(a.remote()).setUp();
            case Action.CancelSetUp a -> machine(a.remote()).cancelSetUp();
            case Action.RunTest a -> runTest(a, now);
            case Action.CancelTest a -> machine(a.remote()).cancelTest();
            case Action.Ingest a -> {
                String test = a.test();
                TestAttempt attempt = ended(test);
                // Otherwise a killed run could have stored results of a test whose end is not in the log.
                afterLog.add("ingest", () -> storage.ingest(test, attempt));
            }
            case Action.Supersede a -> {
                TestArtifacts artifacts = ended(a.test()).artifacts();
                work.run("supersede", () -> storage.supersede(a.test(), a.attempt(), artifacts));
            }
            case Action.ReportNotRun a -> reportNotRun(a, now);
            case Action.Release a -> {
                log.accept(new RunEvent.ReleaseStarted(now, a.remote()));
                machine(a.remote()).release();
            }
            case Action.Stop a -> log.accept(new RunEvent.StopRequested(now, a.reason()));
            case Action.Hurry a -> hurry();
            case Action.StartTimer a -> throw notMine(a);
            case Action.StopTimer a -> throw notMine(a);
            case Action.Finish a -> throw notMine(a);
        }
    }

    /** Returns what to run when the events so far are written, if work waits for that. */
    Optional<Runnable> whenLogged() {
        return afterLog.passOn();
    }

    private void hurry() {
        work.interrupt();
        cleanUps.interruptAll();
    }

    /** Waits for releases, so that executors can clean up before the provisioner stops. */
    private void awaitReleases() throws InterruptedException {
        Deadline deadline = Deadline.after(plan.limits().forcedRelease().dividedBy(2));
        for (RemoteWorker machine : machines.values()) {
            if (!machine.awaitRelease(deadline)) {
                return;
            }
        }
    }

    private void runTest(Action.RunTest action, Duration now) {
        TestArtifacts artifacts = TestArtifacts.toBeFilled(paths.of(action.test(), action.attempt()));
        TestAttempt attempt = new TestAttempt(plan, inbox, action.remote(), action.test(), action.attempt(), artifacts);
        attempts.put(action.test(), attempt);
        log.accept(new RunEvent.TestStarted(now, action.remote(), action.test(), action.attempt()));
        machine(action.remote()).run(attempt);
    }

    private void reportNotRun(Action.ReportNotRun action, Duration now) {
        String test = action.test();
        TestArtifacts artifacts;
        if (action.lost()) {
            TestAttempt lost = ended(test);
            lost.lose();
            Ending ending = Ending.aborted(FailureClass.CANCELLED, action.reason());
            log.accept(new RunEvent.TestFinished(now, lost.remote(), test, action.attempt(), ending, false, true));
            artifacts = TestArtifacts.in(paths.ofLost(test, action.attempt()));
        } else {
            log.accept(new RunEvent.TestNotRun(
                    now, test, action.reason(), (action.wanted() ? Status.SKIP : Status.INFRA).word()));
            artifacts = TestArtifacts.in(paths.of(test, action.attempt()));
        }
        afterLog.add(
                "report",
                () -> storage.reportNotRun(test, action.attempt(), artifacts, action.wanted(), action.reason()));
    }

    /** Removes artifacts that a complete run does not need, until the thread is interrupted; returns problems. */
    List<String> removeStored(Deadline deadline) {
        return storage.removeStored(deadline);
    }

    /** Ends all threads; returns false if some of them continue although they were interrupted. */
    boolean end() throws InterruptedException {
        Deadline deadline = Deadline.after(GRACE);
        boolean released = releases.close(deadline);
        boolean waited = afterLog.close(deadline);
        return work.close(deadline) && waited && released;
    }

    /** Releases all machines after a failure of the coordinator itself. */
    void giveUp() throws InterruptedException {
        hurry();
        provisioners.values().forEach(worker -> worker.stop(() -> {}));
        Deadline deadline = Deadline.after(plan.limits().forcedRelease());
        for (ProvisionerWorker worker : provisioners.values()) {
            worker.awaitStopped(deadline);
        }
        end();
    }

    private TestAttempt ended(String test) {
        TestAttempt attempt = attempts.remove(test);
        if (attempt == null) {
            throw new IllegalStateException("test '" + test + "' is not running");
        }
        return attempt;
    }

    private ProvisionerWorker provisioner(String name) {
        ProvisionerWorker worker = provisioners.get(name);
        if (worker == null) {
            throw new IllegalStateException("no provisioner is called '" + name + "'");
        }
        return worker;
    }

    private RemoteWorker machine(String remote) {
        RemoteWorker machine = machines.get(remote);
        if (machine == null) {
            throw new IllegalStateException("no machine is called '" + remote + "'");
        }
        return machine;
    }

    private static IllegalStateException notMine(Action action) {
        return new IllegalStateException("the coordinator does this itself: " + action);
    }
}
