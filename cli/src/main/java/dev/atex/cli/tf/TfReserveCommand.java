package dev.atex.cli.tf;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.ProcessLog;
import dev.atex.cli.selection.MachineSecrets;
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
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex tf reserve}: reserves a machine and opens a shell on it. */
final class TfReserveCommand implements Command {
    /** Options that are options of the provisioner too, by their names there. */
    private static final Map<String, Opt<Optional<String>>> FIXED = new LinkedHashMap<>();

    static {
        FIXED.put("compose", Opt.one("NAME", "The operating system ('atex tf composes' lists them).", "--compose"));
        FIXED.put("arch", Opt.one("ARCH", "The architecture (default x86_64).", "--arch"));
        FIXED.put(
                "timeout",
                Opt.one(
                        "TIME",
                        "When the service ends the request, counted from its submission: 2h, or minutes (default 720).",
                        "--timeout"));
        FIXED.put("token-env", TfCall.TOKEN_ENV);
    }

    private static final Opt<List<String>> OPTION = Opt.many(
            "NAME=VALUE", "Another option of the provisioner 'testingfarm', see docs/testing-farm.md.", "--option");

    private static final Duration RELEASE = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "reserve";
    }

    @Override
    public String summary() {
        return "Reserve a machine and open a shell there; it is released when the shell ends.";
    }

    @Override
    public void describe(CommandSpec spec) {
        FIXED.values().forEach(option -> option.addTo(spec));
        OPTION.addTo(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "The ssh program opens the shell on this terminal; it also reads commands from standard input. "
                                + "The service ends the request after --timeout at the latest. Needs a token, in "
                                + "TESTING_FARM_API_TOKEN or in the variable that --token-env names. 'atex tf ssh ID' opens a "
                                + "second shell.",
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
        codes.put("3", "infrastructure: no machine is available, or it cannot be released");
        return codes;
    }

    private static ProvisionerSpec spec(ParseResult parsed) throws UsageException {
        Map<String, String> options = new LinkedHashMap<>();
        for (Map.Entry<String, Opt<Optional<String>>> each : FIXED.entrySet()) {
            each.getValue().of(parsed).ifPresent(value -> options.put(each.getKey(), value));
        }
        List<String> known = new TestingFarmProvisionerFactory()
                .options().stream().map(ProvisionerFactory.Option::name).toList();
        for (String pair : OPTION.of(parsed)) {
            Map.Entry<String, String> option = Options.keyValue("--option", pair, "--option pool=NAME");
            if (!known.contains(option.getKey())) {
                throw new UsageException("--option: the provisioner has no option '" + option.getKey() + "'"
                        + Suggestion.among(option.getKey(), known));
            }
            options.put(option.getKey(), option.getValue());
        }
        if (!options.containsKey("compose")) {
            throw new UsageException(
                    "--compose is missing: it names the operating system; 'atex tf composes' lists them");
        }
        return new ProvisionerSpec(TestingFarmProvisionerFactory.KIND, options);
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        ProvisionerSpec spec = spec(parsed);
        MachineSecrets.hide(spec, terminal.environment());
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
            terminal.err().println("--- waiting for a machine; press Ctrl-C to give up");
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
                terminal.err().println("--- the machine is released");
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

    /** Runs the shell; its exit code does not matter. */
    private static void shell(List<String> login) throws IOException, InterruptedException {
        try (ProcessLog.Held _ = ProcessLog.hold()) {
            Process process = ProcessLauncher.start(new ProcessBuilder(login).inheritIO());
            try {
                process.waitFor();
            } finally {
                process.destroy();
            }
        }
    }
}
