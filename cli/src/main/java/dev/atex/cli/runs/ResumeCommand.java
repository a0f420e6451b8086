package dev.atex.cli.runs;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.PreparedRun;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.run.RunSession;
import dev.atex.cli.run.RunSetup;
import dev.atex.cli.run.UnfinishedMachines;
import dev.atex.cli.state.NotesText;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunDirectoryCommand;
import dev.atex.cli.state.RunLeases;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.RunManifest;
import dev.atex.cli.state.Runs;
import dev.atex.cli.view.SummaryText;
import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.orchestrator.Resumption;
import dev.atex.run.RunSummary;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex resume}: finishes a run that was interrupted or whose process was killed. */
public final class ResumeCommand extends RunDirectoryCommand {
    /** The longest time for the removal of stored attempts. */
    private static final Duration REMOVAL = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "resume";
    }

    @Override
    public String summary() {
        return "Finish a run that was interrupted or crashed, in its run directory.";
    }

    @Override
    protected void describeOwn(CommandSpec spec) {
        spec.usageMessage()
                .footer(
                        "",
                        "Tests that have ended keep their results. Runs interrupted tests again and then the remaining "
                                + "ones, with the options of the run. Results, summary and exit code are those of the whole run.",
                        "",
                        "Examples:",
                        "  atex resume 20261124-131757-dde1a4",
                        "  atex resume atex-runs/20261124-131757-dde1a4");
    }

    @Override
    public Map<String, String> exitCodes() {
        return ExitCode.ofRuns();
    }

    @Override
    public boolean logsToFile() {
        return true;
    }

    @Override
    protected int run(RunDirectory directory, ParseResult parsed, Terminal terminal)
            throws UsageException, InterruptedException {
        try (RunLock lock = RunLock.take(directory)) {
            RunManifest manifest = RunManifest.read(directory.path());
            RunModel history = Runs.history(directory, manifest);
            if (history.isNewer()) {
                throw new UsageException("a newer version of atex has written the log of " + directory.path()
                        + ", with events that this version does not know; resume the run with that version");
            }
            RunOptions options = RunCommand.options(manifest, terminal.environment());
            RunLeases.free(terminal, directory);
            if (history.isComplete()) {
                List<String> left =
                        RunLeases.left(RunLeases.ledgers(StateDirectory.of(terminal.environment())), directory.id());
                RunSummary summary = left.isEmpty()
                        ? history.summary()
                        : history.summary()
                                .withProblem(
                                        "not released: " + String.join(", ", left) + " (see 'atex reap --dry-run')");
                summary = withoutStored(summary, directory, history);
                return complete(directory, withOutputs(summary, options, directory), history, options, terminal);
            }
            return goOn(directory, manifest, history, options, terminal);
        }
    }

    private static int goOn(
            RunDirectory directory, RunManifest manifest, RunModel history, RunOptions asked, Terminal terminal)
            throws UsageException, InterruptedException {
        RunLeases leases = RunLeases.toGoOn(terminal, directory, asked.limits().reap());
        try (FmfTests tests = asked.selection().discover(Optional.of(leftOut(directory)), new HashSet<>(), terminal)) {
            Set<String> ofRun = new HashSet<>(history.names());
            tests.removeIf(test -> !ofRun.contains(test.name()));
            PreparedRun.Rules rules = PreparedRun.Rules.of(asked, tests, new HashSet<>(), terminal);
            RunOptions options = asked.machines().told() ? asked : asked.on(rules.machines());
            RunSetup setup = RunSetup.of(options, directory, leases, terminal);
            return new RunSession(setup, tests, rules.told().notes(), new RunSession.GoesOn(history, manifest)).run();
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    /** Removes stored attempts that are left: the process may have been killed before it had removed them. */
    private static RunSummary withoutStored(RunSummary summary, RunDirectory directory, RunModel history)
            throws InterruptedException {
        RunSummary whole = summary;
        try {
            for (String problem : Resumption.removeStored(
                    history, directory.files(), directory.attempts(), Deadline.after(REMOVAL))) {
                whole = whole.withProblem(problem);
            }
            directory.removeEmptyAttempts();
        } catch (IOException e) {
            whole = whole.withProblem("cannot remove stored attempts: " + ErrorText.of(e));
        }
        return whole;
    }

    /** Writes missing reports: the process may have been killed after the last test. */
    private static RunSummary withOutputs(RunSummary summary, RunOptions options, RunDirectory directory)
            throws InterruptedException {
        RunSummary whole = summary;
        if (options.outputs().areMissing()) {
            for (String problem : options.outputs().write(directory)) {
                whole = whole.withProblem(problem);
            }
        }
        return whole;
    }

    /** Returns the default parent of runs if the run is in it, else the run directory. */
    private static Path leftOut(RunDirectory directory) {
        Path absolute = directory.path().toAbsolutePath().normalize();
        for (Path above = absolute.getParent(); above != null; above = above.getParent()) {
            if (above.endsWith(RunDirectory.USUAL_PARENT)) {
                return above;
            }
        }
        return absolute;
    }

    private static int complete(
            RunDirectory directory, RunSummary summary, RunModel history, RunOptions options, Terminal terminal) {
        terminal.out()
                .println("run " + terminal.shown(directory.id()) + " is already complete: nothing is left to run");
        new SummaryText(terminal.style())
                .lines(summary, directory.path(), directory.hasResults())
                .forEach(terminal.out()::println);
        NotesText.lines(history.notes(), directory).forEach(terminal.out()::println);
        UnfinishedMachines.line(history, options.selection().plan().orElse("")).ifPresent(terminal.out()::println);
        return ExitCode.of(summary, OptionalInt.empty(), options.flakyFails());
    }
}
