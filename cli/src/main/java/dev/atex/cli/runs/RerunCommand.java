package dev.atex.cli.runs;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunDirectoryCommand;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.RunManifest;
import dev.atex.cli.state.Runs;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.model.RunModel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex rerun}: repeats an earlier run. */
public final class RerunCommand extends RunDirectoryCommand {
    private static final Opt<Boolean> FAILED =
            Opt.flag("Run only the tests that did not pass or were not run.", "--failed");

    @Override
    public String name() {
        return "rerun";
    }

    @Override
    public String summary() {
        return "Run the tests of an earlier run again, with the same options, in a new run directory.";
    }

    @Override
    protected void describeOwn(CommandSpec spec) {
        Opt.addAll(spec, FAILED, RunOptions.OUTPUT, RunOptions.DRY_RUN);
        spec.usageMessage()
                .footer(
                        "",
                        "Discovers tests again: without --failed, runs new tests, too.",
                        "",
                        "Examples:",
                        "  atex rerun 20261124-131757-dde1a4 --failed",
                        "  atex rerun atex-runs/20261124-131757-dde1a4 --output again");
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
    protected int run(RunDirectory earlier, ParseResult parsed, Terminal terminal)
            throws UsageException, InterruptedException {
        RunManifest manifest = RunManifest.read(earlier.path());
        boolean failed = FAILED.of(parsed);
        Predicate<String> wanted = test -> true;
        if (failed) {
            if (RunLock.isHeld(earlier.path())) {
                throw new UsageException(
                        "run " + manifest.id() + " is still running: wait for its end to see which tests failed");
            }
            Set<String> notPassed = notPassed(Runs.history(earlier, manifest));
            if (notPassed.isEmpty()) {
                terminal.out()
                        .println("all tests of run " + terminal.shown(manifest.id()) + " passed: nothing to rerun");
                return ExitCode.OK;
            }
            wanted = notPassed::contains;
        }
        RunOptions options = RunCommand.options(manifest, terminal.environment())
                .in(RunOptions.OUTPUT.of(parsed), RunOptions.DRY_RUN.of(parsed));
        Map<String, List<String>> given = new LinkedHashMap<>(manifest.options());
        RunManifest.Origin origin = new RunManifest.Origin(
                manifest.id(), earlier.path().toAbsolutePath().normalize(), failed);
        return RunCommand.launch(options, given, wanted, Optional.of(origin), terminal);
    }

    private static Set<String> notPassed(RunModel history) {
        return history.summary().outcomes().stream()
                .filter(outcome -> !outcome.verdict().passed())
                .map(Outcome::test)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
