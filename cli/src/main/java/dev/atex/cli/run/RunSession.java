package dev.atex.cli.run;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.cli.command.Console;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Signals;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.command.Version;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.state.NotesText;
import dev.atex.cli.state.ReapedText;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunDirectoryWatch;
import dev.atex.cli.state.RunLeases;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.RunManifest;
import dev.atex.cli.state.Runs;
import dev.atex.cli.state.WaitListener;
import dev.atex.cli.state.WaitMemory;
import dev.atex.cli.view.RunDisplay;
import dev.atex.cli.view.SummaryText;
import dev.atex.executor.ExecutorFactory;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.text.Count;
import dev.atex.lease.ledger.Ledgers;
import dev.atex.lease.ledger.Reaped;
import dev.atex.lease.ledger.Reaper;
import dev.atex.orchestrator.AdHocOrchestrator;
import dev.atex.orchestrator.Orchestrator;
import dev.atex.orchestrator.OrchestratorBuilder;
import dev.atex.orchestrator.Resumption;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.Remote;
import dev.atex.report.live.LiveServer;
import dev.atex.results.FileAggregator;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.EventLog;
import dev.atex.run.RerunLimits;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One session of a run, from its directory to its summary. */
public final class RunSession {
    private static final System.Logger LOG = System.getLogger("dev.atex.cli");

    private final RunOptions options;
    private final List<RunNote> notes;
    private final FmfTests tests;
    private final List<Provisioner> machines;
    private final RunDirectory directory;
    private final RunLeases leases;
    private final Notices notices;
    private final Optional<Console> console;
    private final Terminal terminal;
    private final Start start;
    private final AttemptReview review;
    private final Optional<String> machinesLeft;
    private @Nullable Resumption resumption;
    private ProcessLog.@Nullable OfRun messages;
    private volatile @Nullable RunDisplay shown;
    private volatile @Nullable Orchestrator running;

    /** How the session starts. */
    sealed interface Start {
        RunManifest manifest();
    }

    /** A new run, whose directory does not exist yet. */
    record Begins(RunManifest manifest) implements Start {}

    /** A resumed run; the caller holds the lock of its directory. */
    public record GoesOn(RunModel history, RunManifest manifest) implements Start {}

    /**
     * Creates a session that runs these tests, and closes them at its end.
     *
     * @param notes what was told of them
     */
    public RunSession(RunSetup setup, FmfTests tests, List<RunNote> notes, Start start) {
        this.notes = notes;
        this.options = setup.options();
        this.machines = setup.machines();
        this.directory = setup.directory();
        this.leases = setup.leases();
        this.notices = setup.notices();
        this.console = setup.console();
        this.terminal = setup.terminal();
        this.tests = tests;
        this.start = start;
        this.review = new AttemptReview(options.view());
        this.machinesLeft = start instanceof GoesOn goesOn
                ? UnfinishedMachines.line(goesOn.history(), tests.plan().name())
                : Optional.empty();
    }

    /** Runs the tests, displays them, prints the summary, and returns the exit code. */
    public int run() throws UsageException, InterruptedException {
        FmfExecutorFactory executors = executors();
        RunCommand.check(machines);
        switch (start) {
            case GoesOn _ -> {
                return run(executors);
            }
            case Begins begins -> {
                directory.create();
                try (RunLock lock = RunLock.take(directory)) {
                    begins.manifest().write(directory.path());
                    return run(executors);
                } catch (IOException e) {
                    directory.discard();
                    throw new UsageException("cannot write run.json: " + ErrorText.of(e), e);
                }
            }
        }
    }

    private int run(FmfExecutorFactory executors) throws UsageException, InterruptedException {
        messages = ProcessLog.open(directory.log());
        LOG.log(
                Level.INFO,
                "atex " + Version.text() + ", process "
                        + ProcessHandle.current().pid() + ", JVM " + Runtime.version()
                        + (start instanceof GoesOn ? " resumes run " : " starts run ") + directory.id() + " in "
                        + directory.path());
        Optional<String> gap = Optional.empty();
        int code;
        try {
            code = runShown(executors);
            LOG.log(Level.INFO, "exit code " + code);
        } catch (UsageException e) {
            LOG.log(Level.ERROR, "the run cannot start", e);
            throw e;
        } finally {
            gap = closeMessages();
        }
        gap.ifPresent(problem -> terminal.out().println(directory.log() + " is incomplete: " + problem));
        return code;
    }

    /** Closes the log; returns what is missing in it, if something is. */
    private Optional<String> closeMessages() {
        ProcessLog.OfRun open = messages;
        messages = null;
        return open == null ? Optional.empty() : open.close();
    }

    private int runShown(FmfExecutorFactory executors) throws UsageException, InterruptedException {
        RunSummary summary;
        OptionalInt signal;
        try (Signals signals = Signals.handle(this::resized, () -> console.ifPresent(Console::giveBack))) {
            summary = run(executors, signals);
            signal = signals.received();
        }
        new SummaryText(terminal.style())
                .lines(summary, machineTime(), directory.path(), directory.hasResults())
                .forEach(terminal.out()::println);
        NotesText.lines(notes, directory).forEach(terminal.out()::println);
        machinesLeft.ifPresent(terminal.out()::println);
        return ExitCode.of(summary, signal, options.flakyFails());
    }

    private String machineTime() {
        RunDisplay display = shown;
        return display == null ? "" : display.machineTime();
    }

    private RunSummary run(FmfExecutorFactory executors, Signals signals) throws UsageException, InterruptedException {
        openLeases();
        EventLog log = openLog();
        Aggregator results = openResults(log);
        Optional<LiveServer> live = openLive(log, results);
        RunDisplay display = terminal.display();
        shown = display;
        RunDirectoryWatch watch = new RunDirectoryWatch(directory);
        RunSummary summary;
        try (ProcessLog.Shown _ = ProcessLog.showOn(terminal.showsErrors(), display);
                TaskScope scope = TaskScope.open("run")) {
            display.outputs(review::take);
            display.usually(WaitMemory.read(leases.state())::usually);
            notices.showOn(display::say);
            if (start instanceof GoesOn goesOn) {
                display.goesOn(
                        Runs.history(directory, goesOn.manifest())); // one of its own: that one goes on with the run
            }
            Orchestrator orchestrator = orchestrator(offeringShells(executors, display), log, results, display, live);
            running = orchestrator;
            signals.tell(name -> {
                LOG.log(Level.INFO, name + " received");
                orchestrator.interrupt(name);
            });
            introduction().forEach(display::say);
            live.ifPresent(server -> display.say("live page: " + server.url()));
            scope.run("reaper", () -> reapOthers(display));
            scope.run(
                    "run directory",
                    () -> watch.watch(
                            problem -> display.say("problem: " + problem),
                            () -> orchestrator.interrupt("the run directory is gone")));
            summary = orchestrator.run();
        } finally {
            if (live.isPresent()) {
                live.get().close();
            }
        }
        for (String problem : watch.problems()) {
            summary = summary.withProblem(problem);
        }
        summary = closed(summary, "cannot complete the results", results::close);
        summary = closed(summary, "cannot complete the event log", log::close);
        summary = closed(summary, "cannot remove the copy of the tests", tests::close);
        Optional<String> left = leases.close();
        summary = left.isPresent() ? summary.withProblem(left.get()) : summary;
        summary = closed(summary, "cannot remove empty directories", directory::removeEmptyAttempts);
        if (signals.isHurried() && options.outputs().areMissing()) {
            return summary.withProblem(
                    "reports were not created because of the second signal; 'atex resume' creates them");
        }
        for (String problem : options.outputs().write(directory)) {
            summary = summary.withProblem(problem);
        }
        return summary;
    }

    private void openLeases() throws UsageException, InterruptedException {
        try {
            leases.open(directory.path());
            tests.keepTemporaryFilesIn(leases.temporaryDirectory());
            tests.checkFiles();
        } catch (UsageException | InterruptedException e) {
            discard(e);
            throw e;
        } catch (IOException e) {
            UsageException failure = new UsageException("cannot copy the files of the tests: " + ErrorText.of(e), e);
            closeTests(failure);
            discard(failure);
            throw failure;
        }
    }

    /** Closes the tests before the directory of their copy is deleted. */
    private void closeTests(Exception why) {
        try {
            tests.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /** Removes what was created for a run that does not start. */
    private void discard(Exception why) {
        closeMessages(); // the file is in the directory
        leases.close().ifPresent(problem -> why.addSuppressed(new IllegalStateException(problem)));
        if (start instanceof Begins) {
            directory.discard();
        }
    }

    /** Frees what earlier runs have left that were killed with their guards. */
    private void reapOthers(RunDisplay display) throws InterruptedException {
        try {
            Reaper.load(leases.state()).reap(Reaper.Request.all(), reaped -> {
                if (reaped instanceof Reaped.Freed || ReapedText.isBad(reaped)) {
                    display.say("left by an earlier run: " + ReapedText.of(reaped));
                }
            });
        } catch (IOException e) {
            display.say("cannot check what earlier runs have left: " + ErrorText.of(e));
        } catch (InterruptedException e) {
            sayIfSomethingIsLeft(display);
            throw e;
        }
    }

    /** Reports what is left if the run ends before the reaping does. */
    private void sayIfSomethingIsLeft(RunDisplay display) {
        try {
            if (Ledgers.list(leases.state()).stream()
                    .anyMatch(run ->
                            run.holder() == Ledgers.Holder.NOBODY && !run.open().isEmpty())) {
                display.say(
                        "some resources left by earlier runs could not be freed before this run ended; run 'atex reap'");
            }
        } catch (IOException e) {
            display.say("cannot check what earlier runs have left: " + ErrorText.of(e));
        }
    }

    private EventLog openLog() throws UsageException {
        try {
            return EventLog.open(directory.events());
        } catch (IOException e) {
            discard(e);
            throw new UsageException("cannot create the event log: " + ErrorText.of(e), e);
        }
    }

    private Aggregator openResults(EventLog log) throws UsageException, InterruptedException {
        try {
            return switch (start) {
                case Begins _ -> FileAggregator.create(directory.results(), directory.files());
                case GoesOn goesOn -> {
                    Set<String> available = new HashSet<>(tests.names());
                    Resumption earlier = Resumption.begin(
                            goesOn.history(),
                            directory.results(),
                            directory.files(),
                            directory.attempts(),
                            available::contains);
                    resumption = earlier;
                    yield earlier.aggregator();
                }
            };
        } catch (AggregatorException | IOException e) {
            UsageException failure = new UsageException(
                    e instanceof IOException problem ? ErrorText.of(problem) : String.valueOf(e.getMessage()), e);
            try {
                log.close();
            } catch (IOException unclosed) {
                failure.addSuppressed(unclosed);
            }
            discard(failure);
            throw failure;
        }
    }

    private Optional<LiveServer> openLive(EventLog log, Aggregator results) throws UsageException {
        if (options.outputs().live().isEmpty()) {
            return Optional.empty();
        }
        InetSocketAddress address = options.outputs().live().get();
        try {
            return Optional.of(LiveServer.open(directory.path(), address));
        } catch (IOException e) {
            UsageException failure = new UsageException(
                    "--serve: cannot listen at " + address.getHostString() + ":" + address.getPort() + ": "
                            + ErrorText.of(e),
                    e);
            try {
                results.close();
                log.close();
            } catch (AggregatorException | IOException unclosed) {
                failure.addSuppressed(unclosed);
            }
            discard(failure);
            throw failure;
        }
    }

    private Orchestrator orchestrator(
            ExecutorFactory executors,
            EventLog log,
            Aggregator results,
            RunDisplay display,
            Optional<LiveServer> live) {
        OrchestratorBuilder builder = AdHocOrchestrator.builder()
                .runId(directory.id())
                .platform(options.platform())
                .tests(tests.names())
                .notes(notes)
                .executorFactory(executors)
                .aggregator(results)
                .artifactsDirectory(directory.attempts())
                .keepSuperseded(true)
                .listener(log)
                .listener(display)
                .listener(new WaitListener(leases.state()))
                .rerun(reruns())
                .limits(options.limits())
                .order(TestOrders.of(options.order(), tests))
                .longest(test -> tests.find(test).map(FmfTest::duration).orElse(Duration.ZERO))
                .maxSpares(options.spares())
                .maxFailed(maxFailed())
                .afterTest(review)
                .subtests(options.judging().subtests())
                .prepareTries(options.judging().prepareTries())
                .prepareMachines(prepareMachines())
                .oneMachine(options.machines().one())
                .destructive(destructive());
        machines.forEach(builder::provisioner);
        live.ifPresent(builder::listener);
        if (resumption != null) {
            builder.resume(resumption);
        }
        return builder.build();
    }

    /** Returns the limit of failed tests; the user's wins over the plan's. */
    private int maxFailed() {
        int wanted = options.view().maxFailed();
        return wanted == 0 && tests.plan().exitFirst() ? 1 : wanted;
    }

    /** Returns on how many machines set-up may fail; this host is one machine, however often it is used. */
    private int prepareMachines() {
        return options.machines().isThisHost()
                ? options.judging().prepareTries()
                : options.judging().prepareMachines();
    }

    /** Starts no more tests after a test has called {@code tmt-abort}. */
    private void stopBeginning(String test) {
        Orchestrator current = running;
        if (current != null) {
            current.stopBeginning(test + " asked for it with tmt-abort");
        }
    }

    /** Returns which tests destroy their machine; this host is never replaced. */
    private DestructivePolicy destructive() {
        MachineChoice chosen = options.machines();
        boolean isKept = options.view().keepMachine().orElse(chosen.isThisHost() || chosen.one());
        DestructivePolicy failed = isKept ? DestructivePolicy.never() : DestructivePolicy.onNonZeroExit();
        return failed.or(DestructivePolicy.tests(this::isDestructive));
    }

    private RerunLimits reruns() {
        return switch (start) {
            case Begins _ -> options.reruns();
            case GoesOn goesOn -> options.reruns().after(goesOn.history().reruns());
        };
    }

    private void resized() {
        RunDisplay display = shown;
        if (display != null) {
            display.resized();
        }
        console.ifPresent(Console::resized);
    }

    private ExecutorFactory offeringShells(FmfExecutorFactory executors, RunDisplay display) {
        if (console.isEmpty()) {
            return executors;
        }
        ShellOnFailure.Shared shared = new ShellOnFailure.Shared(console.get(), display);
        return connection -> new ShellOnFailure(
                executors.create(connection),
                connection instanceof Remote remote ? remote.name() : "its machine",
                shared);
    }

    private FmfExecutorFactory executors() throws UsageException {
        try {
            return FmfExecutorFactory.builder(tests)
                    .environment(options.environment())
                    .limits(options.testLimits())
                    .beakerlib(options.beakerlib())
                    .subtests(options.judging().subtests())
                    .installs(options.machines().installs())
                    .keepIn(directory.path())
                    .context(options.selection().context())
                    .onAbortRequest(this::stopBeginning)
                    .playbooks(!options.selection().strictness().leavesPlaybooksOut())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private boolean isDestructive(String test) {
        return tests.find(test).map(FmfTest::tags).orElse(List.of()).contains("destructive");
    }

    private List<String> introduction() {
        List<String> lines = new ArrayList<>();
        String count = count(tests.names().size());
        if (resumption != null) {
            count = resumption.tests().size() + " of "
                    + count(start.manifest().tests().size()) + " left";
            if (!resumption.gone().isEmpty()) {
                lines.add("these tests no longer exist and cannot be run: " + String.join(", ", resumption.gone()));
            }
        }
        machinesLeft.ifPresent(lines::add);
        lines.add(count + " on " + options.machines() + ", run directory " + directory.path());
        return lines;
    }

    private static String count(int tests) {
        return Count.of(tests, "test");
    }

    /** An action that completes a file or directory. */
    @FunctionalInterface
    private interface Ending {
        void end() throws IOException, AggregatorException;
    }

    private static RunSummary closed(RunSummary summary, String problem, Ending ending) {
        try {
            ending.end();
            return summary;
        } catch (IOException e) {
            return summary.withProblem(problem + ": " + ErrorText.of(e));
        } catch (AggregatorException e) {
            return summary.withProblem(problem + ": " + e.getMessage());
        }
    }
}
