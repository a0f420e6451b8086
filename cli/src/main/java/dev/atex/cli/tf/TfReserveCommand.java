package dev.atex.cli.tf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import dev.atex.testingfarm.RentedMachine;
import dev.atex.testingfarm.TestingFarmProvisionerFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf reserve}: a machine with a shell on it. */
final class TfReserveCommand implements Command {
    private static final Duration RELEASE = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "reserve";
    }

    @Override
    public String summary() {
        return "Get a machine and open a shell there; it is given back when the shell ends.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Options.one("NAME", "Which operating system ('atex tf composes' lists them).", "--compose"));
        spec.addOption(Options.one("ARCH", "Which architecture (default x86_64).", "--arch"));
        spec.addOption(Options.one(
                "TIME", "When the service takes it back, all included: 2h, or minutes (default 720).", "--timeout"));
        TfCall.describeTokenEnv(spec);
        spec.addOption(Options.many(
                "NAME=VALUE",
                "Another option of the provisioner 'testingfarm', see docs/testing-farm.md.",
                "--option"));
        spec.usageMessage()
                .footer(
                        "",
                        "The shell is that of the ssh program, with this terminal. Commands can be given on standard input,",
                        "too. The service gives a machine no more time than it was asked for with --timeout. It needs a token,",
                        "in TESTING_FARM_API_TOKEN or where --token-env says. 'atex tf ssh ID' opens a second shell.",
                        "",
                        "Examples:",
                        "  atex tf reserve --compose Fedora-42",
                        "  atex tf reserve --compose CentOS-Stream-10 --arch aarch64 --timeout 120",
                        "  atex tf reserve --compose Fedora-42 --option 'hardware={\"memory\": \">= 8 GB\"}'",
                        "  echo 'uname -a; rpm -qa' | atex tf reserve --compose Fedora-42 --option key=~/.ssh/id_team");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: there is no machine, or it cannot be given back");
        return codes;
    }

    private static ProvisionerSpec spec(ParseResult parsed) throws UsageException {
        Map<String, String> options = new LinkedHashMap<>();
        for (String name : List.of("compose", "arch", "timeout", "token-env")) {
            @Nullable String value = parsed.matchedOptionValue("--" + name, null);
            if (value != null) {
                options.put(name, value);
            }
        }
        List<String> known = new TestingFarmProvisionerFactory()
                .options().stream().map(ProvisionerFactory.Option::name).toList();
        for (String pair : Options.all(parsed, "--option")) {
            Map.Entry<String, String> option = Options.keyValue("--option", pair, "--option pool=NAME");
            if (!known.contains(option.getKey())) {
                throw new UsageException("--option: the provisioner has no option '" + option.getKey() + "'"
                        + Suggestion.among(option.getKey(), known));
            }
            options.put(option.getKey(), option.getValue());
        }
        if (!options.containsKey("compose")) {
            throw new UsageException("--compose: say which operating system; 'atex tf composes' lists them");
        }
        return new ProvisionerSpec(TestingFarmProvisionerFactory.KIND, options);
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        ProvisionerSpec spec = spec(parsed);
        LeasedTask work = new LeasedTask(terminal);
        ProvisionerContext context = new ProvisionerContext(work.id(), work.leases(), new Notices(terminal));
        return work.run(() -> {}, () -> {}, () -> onMachine(spec, context, terminal));
    }

    private static int onMachine(ProvisionerSpec spec, ProvisionerContext context, Terminal terminal)
            throws UsageException, InterruptedException {
        RentedMachine machine;
        try {
            machine = RentedMachine.prepare(spec, context, terminal.environment());
        } catch (InvalidOptionException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ProvisionException e) {
            TfCall.complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        int code = ExitCode.OK;
        try {
            terminal.err().println("--- waiting for a machine; Ctrl-C gives up");
            machine.reserve();
            List<String> login = machine.loginCommand();
            terminal.err().println("--- " + terminal.shown(RentedMachine.line(login)));
            shell(login);
        } catch (ProvisionException | IOException e) {
            TfCall.complain(String.valueOf(e.getMessage()), terminal);
            code = ExitCode.INFRASTRUCTURE;
        } finally {
            boolean interrupted = Thread.interrupted();
            try {
                machine.release(Deadline.after(RELEASE));
                terminal.err().println("--- the machine is given back");
            } catch (ReleaseException e) {
                TfCall.complain(String.valueOf(e.getMessage()), terminal);
                code = ExitCode.INFRASTRUCTURE;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return code;
    }

    /** What the shell ends with is nobody's failure. */
    private static void shell(List<String> login) throws IOException, InterruptedException {
        Process process = ProcessLauncher.start(new ProcessBuilder(login).inheritIO());
        try {
            process.waitFor();
        } finally {
            process.destroy();
        }
    }
}
