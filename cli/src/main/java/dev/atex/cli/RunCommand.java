package dev.atex.cli;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.FmfTests;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code atex run}: runs tests. Everything that can be wrong is found before anything is made. */
final class RunCommand implements Command {
    /** A service that is down for longer is waited for when the run has begun. */
    private static final Duration CHECK = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String summary() {
        return "Run the tests of an fmf repository on a pool of machines.";
    }

    @Override
    public void describe(CommandSpec spec) {
        RunOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Ctrl-C (or SIGTERM, SIGHUP) ends running tests and keeps what they reported; a second one waits for",
                        "nothing but the return of machines, at most 5 seconds; a third one exits at once.",
                        "",
                        "Examples:",
                        "  atex run --root examples/demo                           all tests of a tree, here, one by one",
                        "  atex run --plan /plans/smoke --provision local,max=4    those of a plan, four at a time",
                        "  atex run -t /network/ --exclude slow --reruns 2         a part, failed ones up to three times",
                        "  atex run --dry-run --order longest                      only say what would be run");
    }

    @Override
    public Map<String, String> exitCodes() {
        return ExitCode.ofRuns();
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        return launch(RunOptions.of(parsed), RunManifest.given(parsed), test -> true, Optional.empty(), terminal);
    }

    /** Finds what only whoever lends machines knows to be wrong. */
    static void check(List<Provisioner> machines) throws UsageException, InterruptedException {
        for (Provisioner each : machines) {
            try {
                each.check(Deadline.after(CHECK));
            } catch (InvalidOptionException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /**
     * Begins a run.
     *
     * @param given the options by their long names
     * @param wanted which of the tests found are run
     */
    static int launch(
            RunOptions options,
            Map<String, List<String>> given,
            Predicate<String> wanted,
            Optional<RunManifest.Origin> origin,
            Terminal terminal)
            throws UsageException, InterruptedException {
        RunDirectory directory = RunDirectory.forRun(options.output(), LocalDateTime.now(ZoneId.systemDefault()));
        RunLeases leases = new RunLeases(
                terminal.environment(), directory.id(), options.limits().reap());
        RunSetup setup = RunSetup.of(options, directory, leases, terminal);
        directory.check();
        options.outputs().check();
        try (FmfTests tests = options.selection().discover(Optional.of(RunDirectory.toLeaveOut(options.output())))) {
            SelectionOptions.warn(tests, terminal);
            tests.removeIf(test -> !wanted.test(test.name()));
            if (tests.names().isEmpty()) {
                throw new UsageException("none of the tests that are to be run again is in the tree of "
                        + options.selection().root() + " any more");
            }
            if (!options.dryRun()) {
                RunManifest manifest = RunManifest.of(directory.id(), options, given, tests.names(), origin);
                return new TestRun(setup, tests, new TestRun.Begins(manifest)).run();
            }
            terminal.out().print(DryRun.text(options, tests, terminal));
            return ExitCode.OK;
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    /** The options that a run was begun with. */
    static RunOptions options(RunManifest manifest) throws UsageException {
        CommandSpec spec = CommandSpec.create().name("atex run");
        RunOptions.describe(spec);
        CommandLine line = new CommandLine(spec).setExpandAtFiles(false);
        try {
            return RunOptions.of(line.parseArgs(manifest.arguments().toArray(String[]::new)));
        } catch (ParameterException e) {
            throw new UsageException(
                    "run " + manifest.id() + " was begun by atex " + manifest.version()
                            + " with options that this program (atex " + Version.text() + ") does not know: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Where machines come from. */
    static List<Provisioner> machines(List<ProvisionerSpec> specs, ProvisionerContext context) throws UsageException {
        List<Provisioner> machines = new ArrayList<>();
        for (ProvisionerSpec spec : specs) {
            try {
                machines.add(Provisioners.load().create(spec, context));
            } catch (InvalidOptionException e) {
                throw new UsageException("--provision " + spec + ": " + e.getMessage(), e);
            }
        }
        return machines;
    }
}
