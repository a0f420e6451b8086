package dev.atex.cli;

import dev.atex.executor.fmf.FmfTests;
import dev.atex.lease.StateDirectory;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex run}: runs tests. Everything that can be wrong is found before anything is made. */
final class RunCommand implements Command {
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
                        "  atex run --dry-run --order longest                      only say what would be run")
                .exitCodeListHeading("%nExit codes:%n")
                .exitCodeList(ExitCode.ofRuns());
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        RunOptions options = RunOptions.of(parsed);
        RunDirectory directory = RunDirectory.forRun(options.output(), LocalDateTime.now(ZoneId.systemDefault()));
        RunLeases leases = new RunLeases(StateDirectory.of(terminal.environment()), directory.id());
        List<Provisioner> machines = machines(options.machines(), new ProvisionerContext(directory.id(), leases));
        directory.check();
        FmfTests tests = options.selection().discover(Optional.of(RunDirectory.toLeaveOut(options.output())));
        if (!options.dryRun()) {
            return new TestRun(options, tests, machines, directory, leases, terminal).run();
        }
        try (tests) {
            terminal.out().print(DryRun.text(options, tests, terminal));
            return ExitCode.OK;
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private static List<Provisioner> machines(List<ProvisionerSpec> specs, ProvisionerContext context)
            throws UsageException {
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
