package dev.atex.cli.run;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.command.Version;
import dev.atex.cli.selection.MachineKinds;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunManifest;
import dev.atex.concurrent.Deadline;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code atex run}: runs tests. Reports all usage errors before it creates anything. */
public final class RunCommand implements Command {
    /** How long to wait for a service before the run starts; after that the run waits. */
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
                        "Ctrl-C (or SIGTERM, SIGHUP) ends running tests and keeps what they reported. After a second "
                                + "one, atex only waits for machines to be released, at most 5 seconds. A third one exits at once.",
                        "",
                        "Examples:",
                        "  atex run --root examples/demo                            all tests, one by one",
                        "  atex run --plan /plans/smoke --provision local,max=4     a plan, four at a time",
                        "  atex run -t /network/ --exclude slow --reruns 2          some; rerun failures",
                        "  atex run --plan /plans/ --provision podman,image=fedora  all plans, one by one",
                        "  atex run --dry-run --order longest                       print what would run");
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
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        RunOptions options = RunOptions.of(parsed, terminal.environment());
        Map<String, List<String>> given = RunManifest.given(parsed);
        SelectionOptions selection = options.selection();
        List<SelectionOptions> plans;
        if (selection.plans().size() > 1) {
            plans = selection.byPlan();
        } else {
            try {
                return launch(options, given, test -> true, Optional.empty(), terminal);
            } catch (UsageException e) {
                plans = selection.insteadOf(e);
            }
        }
        return plans.size() == 1
                ? launch(
                        options.of(plans.getFirst(), options.output()), given, test -> true, Optional.empty(), terminal)
                : new SeveralPlans(options, plans, given, terminal).run();
    }

    /** Checks options that only the service of the machines can check. */
    public static void check(List<Provisioner> machines) throws UsageException, InterruptedException {
        for (Provisioner each : machines) {
            try {
                each.check(Deadline.after(CHECK));
            } catch (InvalidOptionException e) {
                throw new UsageException(String.valueOf(e.getMessage()), e);
            }
        }
    }

    /**
     * Starts a run.
     *
     * @param given the options by their long names
     * @param wanted which of the tests found are run
     */
    public static int launch(
            RunOptions options,
            Map<String, List<String>> given,
            Predicate<String> wanted,
            Optional<RunManifest.Origin> origin,
            Terminal terminal)
            throws UsageException, InterruptedException {
        RunDirectory directory = RunDirectory.forRun(options.output(), LocalDateTime.now(ZoneId.systemDefault()));
        Path leftOut = RunDirectory.toLeaveOut(options.output());
        try (PreparedRun launch = PreparedRun.prepare(options, wanted, directory, leftOut, new HashSet<>(), terminal)) {
            return launch.run(given, origin);
        }
    }

    /**
     * Returns the options that a run was started with.
     *
     * @param surroundings the environment of this process, which counts where the run was not told something
     */
    public static RunOptions options(RunManifest manifest, Map<String, String> surroundings) throws UsageException {
        CommandSpec spec = CommandSpec.create().name("atex run");
        RunOptions.describe(spec);
        CommandLine line = new CommandLine(spec).setExpandAtFiles(false);
        try {
            return RunOptions.of(line.parseArgs(manifest.arguments().toArray(String[]::new)), surroundings);
        } catch (ParameterException e) {
            throw new UsageException(
                    "run " + manifest.id() + " was started by atex " + manifest.version()
                            + " with options that this program (atex " + Version.text() + ") does not know: "
                            + e.getMessage(),
                    e);
        }
    }

    /** Returns the provisioners; with {@code onlySay} none, but their options are checked. */
    public static List<Provisioner> machines(List<ProvisionerSpec> specs, ProvisionerContext context, boolean onlySay)
            throws UsageException {
        Provisioners kinds = MachineKinds.all();
        List<Provisioner> machines = new ArrayList<>();
        for (ProvisionerSpec spec : specs) {
            try {
                if (onlySay) {
                    kinds.check(spec, context);
                } else {
                    machines.add(kinds.create(spec, context));
                }
            } catch (InvalidOptionException e) {
                throw new UsageException("--provision " + spec + ": " + e.getMessage(), e);
            }
        }
        return machines;
    }
}
