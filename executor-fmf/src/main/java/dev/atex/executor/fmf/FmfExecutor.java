package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.Ending;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.Status;
import dev.atex.executor.Subtests;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.control.FailedResults;
import dev.atex.executor.fmf.control.TestAbortedException;
import dev.atex.executor.fmf.control.TestReport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.execution.Beakerlib;
import dev.atex.executor.fmf.execution.CapturedFile;
import dev.atex.executor.fmf.execution.Judgement;
import dev.atex.executor.fmf.execution.TestExecution;
import dev.atex.executor.fmf.execution.TestSetUp;
import dev.atex.executor.fmf.execution.TestVariables;
import dev.atex.executor.fmf.machine.Cancellation;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.DebugSwitches;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.MachineLog;
import dev.atex.executor.fmf.machine.RandomText;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.SideScript;
import dev.atex.executor.fmf.machine.Supervised;
import dev.atex.executor.fmf.machine.Topology;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperRun;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.scripts.BinCommands;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.steps.PlanData;
import dev.atex.executor.fmf.steps.PlanScripts;
import dev.atex.executor.fmf.steps.Records;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.test.ResultRule;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs tests that are described in fmf. One thread at a time, but for {@link #cancel}. */
final class FmfExecutor implements ShellExecutor {
    private static final Duration CONNECT = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMinutes(2);
    private static final Duration UPLOAD = Duration.ofHours(1);

    /** The limit of the run ends such a test. */
    private static final Duration NO_LIMIT = Duration.ofDays(365);

    private static final Duration REMOVAL = Duration.ofMinutes(2);

    private final Connection connection;
    private final FmfTests source;
    private final FmfPlan plan;
    private final Map<String, FmfTest> tests = new LinkedHashMap<>();
    private final Environment environment;
    private final ControlLimits limits;
    private final BeakerlibTests beakerlibTests;
    private final Subtests subtests;
    private final Map<String, ?> context;
    private final Consumer<String> abortRequests;
    private final DebugSwitches switches;
    private final boolean installs;
    private final PlanScripts.Settings steps;
    private final Workspace.Identity identity;
    private final Cancellation cancellation = new Cancellation();

    private enum State {
        NEW,
        STARTING,
        PREPARING,
        STARTED,
        FINISHED,
        STOPPED
    }

    private State state = State.NEW;
    private volatile @Nullable Workspace workspace;

    FmfExecutor(
            Connection connection,
            FmfTests source,
            PlanScripts.Settings steps,
            ControlLimits limits,
            BeakerlibTests beakerlibTests,
            Subtests subtests,
            Map<String, ?> context,
            Consumer<String> abortRequests,
            DebugSwitches switches,
            boolean installs) {
        this.installs = installs;
        this.connection = connection;
        this.source = source;
        this.plan = source.plan();
        source.tests().forEach(test -> tests.put(test.name(), test));
        this.steps = steps;
        this.environment = steps.environment();
        this.limits = limits;
        this.beakerlibTests = beakerlibTests;
        this.subtests = subtests;
        this.context = context;
        this.abortRequests = abortRequests;
        this.switches = switches;
        identity = Workspace.Identity.on(connection);
    }

    @Override
    public void start() throws ExecutorException, ConnectionException, InterruptedException {
        if (state != State.NEW) {
            throw new IllegalStateException("started already");
        }
        state = State.STARTING;
        MachineLog.debug(connection, () -> "set-up");
        ChangeSignal changes = new ChangeSignal();
        cancellation.watch(changes);
        Workspace made = supervisedSetUp(changes);
        state = State.PREPARING;
        MachineLog.debug(connection, () -> "work directory " + made.path() + ", boot " + made.boot());
        PlanScripts scripts = scripts(made, changes);
        try {
            scripts.prepare();
        } finally {
            workspace = scripts.workspace();
        }
        state = State.STARTED;
    }

    private Workspace supervisedSetUp(ChangeSignal changes)
            throws ExecutorException, ConnectionException, InterruptedException {
        return switch (Supervised.call(
                "set-up", changes, WrapperRun.UNLIMITED, cancellation::isRequested, this::setUp)) {
            case Supervised.Outcome.Done<Workspace>(Workspace made) -> made;
            case Supervised.Outcome.Cancelled<?> _ -> throw new ExecutorException("cancel requested");
            case Supervised.Outcome.TimedOut<?> _ -> throw new IllegalStateException("timed out without a limit");
            case Supervised.Outcome.Failed<?>(Exception why) -> {
                switch (why) {
                    case ExecutorException e -> throw e;
                    case ConnectionException e -> throw e;
                    case RuntimeException e -> throw e;
                    case IOException e ->
                        throw new ExecutorException("cannot copy the files of the tests: " + FileProblems.of(e), e);
                    default -> throw new IllegalStateException(why);
                }
            }
        };
    }

    private Workspace setUp() throws ExecutorException, ConnectionException, InterruptedException, IOException {
        connection.connect(Deadline.after(CONNECT));
        Workspace made = Workspace.create(connection, identity, Deadline.after(LOOK));
        workspace = made;
        Path staging = source.temporaryDirectory("staging");
        try {
            for (RemoteScripts script : RemoteScripts.values()) {
                Files.writeString(staging.resolve(script.fileName()), script.text());
            }
            BinCommands.writeTo(staging);
            environment.writeTo(staging, made);
            new Topology(
                            plan.guests(),
                            connection.ansible().map(FmfExecutor::hostName).orElse("localhost"))
                    .writeTo(staging);
            connection.upload(staging, made.path(), Deadline.after(LOOK));
        } finally {
            Trees.delete(staging);
        }
        connection.upload(source.root(), Environment.tree(made), Deadline.after(UPLOAD));
        return made;
    }

    private static String hostName(AnsibleAccess access) {
        return access.variables().getOrDefault("ansible_host", "localhost");
    }

    /** Returns the identity of the work directory and all processes. */
    Workspace.Identity identity() {
        return identity;
    }

    private PlanScripts scripts(Workspace in, ChangeSignal changes) {
        return new PlanScripts(connection, in, source, steps, changes, cancellation::isRequested);
    }

    private SideScript sideScript(Workspace in, ChangeSignal changes) {
        return new SideScript(connection, in, changes, cancellation::isRequested);
    }

    @Override
    public Ending runTest(String name, TestArtifacts artifacts, Map<String, String> variables)
            throws InterruptedException {
        Workspace current = workspace;
        if (state != State.STARTED || current == null) {
            throw new IllegalStateException("not started");
        }
        ChangeSignal changes = new ChangeSignal();
        cancellation.watch(changes);
        try (CapturedFile output = CapturedFile.in(artifacts.directory());
                TestReport report = new TestReport(artifacts, output.path(), limits)) {
            return run(current, name, variables, report, output, changes);
        } catch (IOException e) {
            return Ending.aborted(FailureClass.INTERNAL, "cannot store what the test reports: " + FileProblems.of(e));
        } catch (TestAbortedException e) {
            if (e.failureClass() == FailureClass.CANCELLED) {
                cancellation.settle();
            }
            MachineLog.debug(connection, () -> "test " + name + " is aborted: " + e.getMessage());
            for (Throwable also : e.getSuppressed()) {
                MachineLog.info(connection, () -> "test " + name + " is aborted, and also: " + also.getMessage());
            }
            return e.ending();
        } finally {
            cancellation.unwatch();
        }
    }

    /** When it fails, the artifacts say so. */
    private Ending run(
            Workspace current,
            String name,
            Map<String, String> variables,
            TestReport report,
            CapturedFile output,
            ChangeSignal changes)
            throws TestAbortedException, InterruptedException {
        try {
            FmfTest test = runnable(name, current);
            Optional<Beakerlib> beakerlib =
                    beakerlibTests.include(test) ? Optional.of(new Beakerlib(UUID.randomUUID())) : Optional.empty();
            TestVariables told = told(test, beakerlib, variables);
            Optional<String> problem = told.problem(current);
            if (problem.isPresent()) {
                throw TestSetUp.impossible(problem.get());
            }
            if (installs) {
                new TestSetUp(sideScript(current, changes), current)
                        .run(beakerlibTests.requires(test), beakerlibTests.recommends(test), output.path());
            }
            TestExecution run = new TestExecution(
                    connection,
                    current,
                    test,
                    told,
                    report,
                    output.path(),
                    plan.ignoreDuration() ? NO_LIMIT : test.duration(),
                    limits.maxRestarts(),
                    switches,
                    cancellation,
                    changes);
            Ending end;
            try {
                end = run.run();
            } finally {
                workspace = run.workspace();
            }
            MachineLog.debug(connection, () -> "test " + name + " ends: " + end);
            if (run.abortRequested()) {
                abortRequests.accept(name);
            }
            return judge(test, end, beakerlib.isPresent(), report, run.workspace());
        } catch (TestAbortedException e) {
            if (!report.isFinished()) {
                report.aborted(e);
            }
            throw e;
        } catch (InterruptedException e) {
            try {
                report.aborted(TestExecution.cancelled());
            } catch (TestAbortedException stored) {
                e.addSuppressed(stored);
            }
            throw e;
        } catch (IOException e) {
            throw aborted(report, "cannot store what the set-up of the test printed: " + FileProblems.of(e), e);
        } catch (RuntimeException e) {
            throw aborted(report, "internal error: " + e, e);
        }
    }

    private TestVariables told(FmfTest test, Optional<Beakerlib> beakerlib, Map<String, String> variables) {
        int serial = new ArrayList<>(tests.keySet()).indexOf(test.name()) + 1;
        String iteration = RandomText.ofLength(10) + "-" + serial;
        Map<String, String> call = new LinkedHashMap<>(variables);
        if (plan.restraintCompatible()) {
            call.put("TMT_RESTRAINT_COMPATIBLE", "1");
            call.put("RSTRNT_TASKNAME", test.writtenName());
        }
        return new TestVariables(test, environment, beakerlib, call, serial, iteration, context);
    }

    /** Completes the report, and returns the ending with the exit code that counts. */
    private Ending judge(FmfTest test, Ending end, boolean beakerlib, TestReport report, Workspace workspace)
            throws TestAbortedException {
        ResultRule rule = test.result();
        boolean timedOut = end.exitCode().isEmpty();
        int code = end.exitCode().orElse(1);
        Optional<Judgement> overruling = Judgement.overruling(end);
        if (report.hasOwnResult()) {
            if (timedOut) {
                throw TestExecution.timedOut();
            }
            if (overruling.isPresent()) {
                report.ended(overruling.get().status(), overruling.get().notes(), false);
            } else {
                report.ended(code);
            }
            return Ending.exited(code);
        }
        // Beakerlib ends with 0 whatever its phases say.
        Optional<FailedResults> failedPhases = beakerlib ? report.badResults() : Optional.empty();
        if (timedOut && rule.fixed().isEmpty()) {
            if (rule == ResultRule.CUSTOM) {
                report.custom(Environment.data(workspace));
            }
            throw TestExecution.timedOut();
        }
        boolean asItIs = rule.isPlain()
                && !timedOut
                && overruling.isEmpty()
                && report.checks().isEmpty()
                && report.reported().isEmpty();
        if (asItIs) {
            if (failedPhases.isPresent() && report.unfinishedStatus().isEmpty()) {
                report.ended(Status.FAIL, List.of(failedPhases.get().note()), false);
                return Ending.exited(1);
            }
            int plain = failedPhases.isPresent() ? 1 : code;
            report.ended(plain);
            return Ending.exited(plain);
        }
        Judgement judged = rule == ResultRule.CUSTOM
                ? Judgement.custom(end, report.custom(Environment.data(workspace)))
                : Judgement.of(end, rule, report, failedPhases, subtests);
        report.ended(judged.status(), judged.notes(), !rule.isPlain());
        return Ending.exited(judged.exitCode(code));
    }

    private static TestAbortedException aborted(TestReport report, String reason, Exception cause)
            throws TestAbortedException {
        TestAbortedException why = new TestAbortedException(FailureClass.INTERNAL, reason, cause);
        report.aborted(why);
        return why;
    }

    private FmfTest runnable(String name, Workspace current) throws TestAbortedException {
        FmfTest test = tests.get(name);
        if (test == null) {
            throw new TestAbortedException(FailureClass.INTERNAL, "there is no test '" + name + "'");
        }
        try {
            test.checkForRun();
        } catch (IllegalArgumentException e) {
            throw TestSetUp.impossible(String.valueOf(e.getMessage()));
        }
        if (test.tty() && !current.tty()) {
            throw TestSetUp.failed("the test needs a terminal, and the remote lacks 'script' (util-linux)");
        }
        return test;
    }

    @Override
    public ShellSession openShell(Optional<String> name, Map<String, String> variables, int rows, int columns)
            throws ExecutorException, ConnectionException, InterruptedException {
        Workspace current = workspace;
        if (state != State.STARTED || current == null) {
            throw new IllegalStateException("not started");
        }
        if (!current.tty()) {
            throw new ExecutorException("a shell needs a terminal, and the remote lacks 'script' (util-linux)");
        }
        Map<String, String> last = new LinkedHashMap<>(variables);
        String term = variables.getOrDefault("TERM", System.getenv().getOrDefault("TERM", "vt100"));
        last.put("TERM", term);
        if (name.isEmpty()) {
            return ShellSession.open(
                    connection,
                    current,
                    Environment.tree(current),
                    Environment.ofShell(current, last),
                    "",
                    rows,
                    columns);
        }
        FmfTest test = tests.get(name.get());
        if (test == null) {
            throw new ExecutorException("there is no test '" + name.get() + "'");
        }
        Optional<Beakerlib> beakerlib =
                beakerlibTests.include(test) ? Optional.of(new Beakerlib(UUID.randomUUID())) : Optional.empty();
        return ShellSession.open(
                connection,
                current,
                Environment.directory(current, test),
                told(test, beakerlib, last).statements(current, 0, 0),
                Script.ofTest(current, test),
                rows,
                columns);
    }

    @Override
    public void cancel() {
        cancellation.request();
    }

    @Override
    public void stop() throws ExecutorException, InterruptedException {
        if (state == State.NEW || state == State.STOPPED) {
            state = State.STOPPED;
            return;
        }
        cancellation.unwatch();
        cancellation.settle();
        try {
            finishAndFetch();
        } finally {
            remove();
        }
    }

    private void finishAndFetch() throws ExecutorException, InterruptedException {
        ExecutorException failed = null;
        try {
            finish();
        } catch (ExecutorException e) {
            failed = e;
        }
        try {
            fetchPlanData();
        } catch (ExecutorException e) {
            if (failed == null) {
                throw e;
            }
            failed.addSuppressed(e);
        }
        if (failed != null) {
            throw failed;
        }
    }

    private void fetchPlanData() throws ExecutorException, InterruptedException {
        Workspace current = workspace;
        boolean due = state == State.STARTED || state == State.PREPARING || state == State.FINISHED;
        boolean isWanted = steps.records().isPresent() && !plan.name().isEmpty();
        if (current == null || !due || !isWanted) {
            return;
        }
        state = State.STARTING; // never twice
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before the data of the plan were fetched");
        }
        ChangeSignal changes = new ChangeSignal();
        cancellation.watch(changes);
        new PlanData(sideScript(current, changes), current, limits)
                .fetch(steps.records().get(), Records.name(connection));
    }

    private void finish() throws ExecutorException, InterruptedException {
        Workspace current = workspace;
        boolean due = state == State.STARTED || state == State.PREPARING;
        if (current != null && due && !plan.finish().isEmpty()) {
            state = State.FINISHED; // never twice
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted before the finish scripts of the plan");
            }
            ChangeSignal changes = new ChangeSignal();
            cancellation.watch(changes);
            try {
                scripts(current, changes).finish();
            } catch (ConnectionException e) {
                return; // a connection that is gone is no error
            }
        }
    }

    private void remove() throws ExecutorException, InterruptedException {
        MachineLog.debug(connection, () -> "the work directory is removed");
        Deadline deadline = Deadline.after(REMOVAL);
        boolean interrupted = Thread.interrupted();
        try {
            Workspace.remove(connection, identity, Optional.ofNullable(workspace), deadline);
            state = State.STOPPED;
        } catch (ConnectionException e) {
            if (deadline.isExpired()) {
                throw new ExecutorException("the remote was not cleaned up after the tests: " + e.getMessage(), e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
