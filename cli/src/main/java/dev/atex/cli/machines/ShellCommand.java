package dev.atex.cli.machines;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.Console;
import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.run.PreparedRun;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.run.RunOptions;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.state.LeasedTask;
import dev.atex.cli.view.Printable;
import dev.atex.cli.view.TerminalSize;
import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.ShellExecutor;
import dev.atex.executor.fmf.ShellSession;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.internal.text.DurationText;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import dev.atex.provisioner.Remote;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shell}: opens a shell on a machine that is prepared as for tests. */
public final class ShellCommand implements Command {
    private static final Duration RELEASE = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "shell";
    }

    @Override
    public String summary() {
        return "Prepare a machine as for tests, and open a shell there.";
    }

    @Override
    public void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        RunOptions.describeMachines(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Copies the files of the tests to the machine and runs the plan's prepare steps. If exactly one "
                                + "test is selected, the shell starts in its directory with its environment, else in the root of "
                                + "the tree. The machine is released when the shell ends.",
                        "",
                        "Examples:",
                        "  atex shell --plan /plans/smoke --provision local",
                        "  atex shell -t ^/network/dns$ -e DEBUG=1");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: no machine is available, or it cannot be prepared or released");
        return codes;
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        RunOptions asked = RunOptions.ofShell(parsed, terminal.environment());
        Console console = Console.of(terminal, "atex shell");
        if (asked.machines().specs().size() > 1) {
            throw new UsageException("--provision: a shell uses one machine; give the option once");
        }
        LeasedTask work = new LeasedTask(terminal);
        ProvisionerContext context = new ProvisionerContext(work.id(), work.leases(), new Notices(terminal));
        if (asked.machines().told()) { // what is wrong with it is said before trees are fetched
            List<Provisioner> _ = RunCommand.machines(asked.machines().specs(), context, false);
        }
        try (FmfTests tests = asked.selection().discoverOne(true, terminal)) {
            PreparedRun.Rules rules = PreparedRun.Rules.ofShell(asked, tests, terminal);
            RunOptions options = asked.on(rules.machines());
            Provisioner machines = RunCommand.machines(options.machines().specs(), context, false)
                    .getFirst();
            RunCommand.check(List.of(machines));
            return work.run(console::resized, console::giveBack, () -> {
                tests.keepTemporaryFilesIn(work.leases().temporaryDirectory());
                try {
                    return onMachine(options, tests, machines, console, terminal);
                } finally {
                    close(tests);
                }
            });
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    /** Closes the tests before their directory is deleted. Keeps a pending interrupt for the code that follows. */
    private static void close(FmfTests tests) throws UsageException {
        boolean interrupted = Thread.interrupted();
        try {
            tests.close();
        } catch (IOException e) {
            throw UsageException.of(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int onMachine(
            RunOptions options, FmfTests tests, Provisioner machines, Console console, Terminal terminal)
            throws InterruptedException {
        int code = ExitCode.OK;
        try {
            machines.start();
            machines.provision(1);
            Duration patience = options.limits().firstRemote();
            Remote remote = machines.remote(Deadline.after(patience))
                    .orElseThrow(
                            () -> new ProvisionException("no machine came within " + DurationText.print(patience)));
            shell(options, tests, remote, console);
        } catch (IOException e) {
            terminal.err().println("atex: " + Printable.lines(ErrorText.of(e)));
            code = ExitCode.INFRASTRUCTURE;
        } catch (ProvisionException | ExecutorException | ConnectionException e) {
            terminal.err().println("atex: " + Printable.lines(String.valueOf(e.getMessage())));
            code = ExitCode.INFRASTRUCTURE;
        } finally {
            boolean interrupted = Thread.interrupted();
            try {
                machines.stop(Deadline.after(RELEASE));
            } catch (ReleaseException e) {
                terminal.err().println("atex: " + Printable.lines(String.valueOf(e.getMessage())));
                code = ExitCode.INFRASTRUCTURE;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return code;
    }

    private static void shell(RunOptions options, FmfTests tests, Remote remote, Console console)
            throws ExecutorException, ConnectionException, IOException, InterruptedException {
        Optional<String> test =
                tests.names().size() == 1 ? Optional.of(tests.names().getFirst()) : Optional.empty();
        try (ShellExecutor executor = FmfExecutorFactory.builder(tests)
                .environment(options.environment())
                .beakerlib(options.beakerlib())
                .context(options.selection().context())
                .playbooks(!options.selection().strictness().leavesPlaybooksOut())
                .build()
                .create(remote)) {
            executor.start();
            TerminalSize size = console.size();
            console.out()
                    .println("--- " + Printable.line(remote.name())
                            + test.map(name -> ", where " + Printable.line(name) + " runs")
                                    .orElse(""));
            try (ShellSession session =
                    executor.openShell(test, Map.of("TERM", console.type()), size.rows(), size.columns())) {
                console.attach(session);
            }
        }
    }
}
