package dev.atex.cli.virt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.machines.LoginShells;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.VirtMachine;
import dev.atex.libvirt.VirtProvisionerFactory;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt reserve}: creates a machine and opens a shell there. */
final class VirtReserveCommand extends VirtCall {
    private static final Opt<List<String>> OPTION =
            Opt.many("KEY=VALUE", "An option of --provision virt, as memory=4G; repeatable.", "-o", "--option");

    private static final Duration RELEASE = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "reserve";
    }

    @Override
    public String summary() {
        return "Create a machine from an image, and open a shell there.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeAddress(spec);
        Opt.addAll(spec, OPTION);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("IMAGE")
                .arity("0..1")
                .type(String.class)
                .description("The image, a volume of the pool or an absolute path. Not with --option origin=DOMAIN.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "The machine is the same as that of a run with the same options. When the shell ends with exit code 0, "
                                + "it is destroyed; otherwise you may connect again, for example after a reboot. For a machine "
                                + "with the files of tests, see 'atex shell --help'.",
                        "",
                        "Examples:",
                        "  atex virt reserve cloud.qcow2",
                        "  atex virt reserve -o memory=4G -o cpus=4 -o identity=~/.ssh/id_ed25519 f42.qcow2",
                        "  atex virt reserve -o origin=f42");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(";", "\\;");
    }

    private static ProvisionerSpec spec(ParseResult parsed) throws UsageException {
        Map<String, String> options = new LinkedHashMap<>();
        String image = parsed.matchedPositionalValue(0, "");
        if (!image.isEmpty()) {
            options.put("image", escaped(image));
        }
        CONNECT.of(parsed).ifPresent(uri -> options.put("uri", escaped(uri)));
        POOL.of(parsed).ifPresent(pool -> options.put("pool", escaped(pool)));
        VIRSH.of(parsed).ifPresent(program -> options.put("program", escaped(program)));
        List<String> known = new VirtProvisionerFactory()
                .options().stream().map(option -> option.name()).toList();
        for (String each : OPTION.of(parsed)) {
            Map.Entry<String, String> option = Options.keyValue(OPTION.name(), each, OPTION + " memory=4G");
            if (!known.contains(option.getKey()) || option.getKey().equals("max")) {
                throw Opt.noSuchChoice(OPTION.name(), option.getKey(), known);
            }
            if (options.put(option.getKey(), option.getValue()) != null) {
                throw new UsageException(OPTION + " " + each + ": '" + option.getKey() + "' is given twice");
            }
        }
        return new ProvisionerSpec(VirtProvisionerFactory.KIND, options);
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws UsageException {
        ProvisionerSpec spec = spec(options);
        LeasedTask work = new LeasedTask(terminal);
        ProvisionerContext context = new ProvisionerContext(work.id(), work.leases(), new Notices(terminal));
        return work.run(() -> {}, () -> {}, () -> onMachine(spec, context, terminal));
    }

    private static int onMachine(ProvisionerSpec spec, ProvisionerContext context, Terminal terminal)
            throws UsageException, InterruptedException {
        VirtMachine machine;
        try {
            machine = VirtMachine.prepare(spec, context);
        } catch (InvalidOptionException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ProvisionException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        int code = ExitCode.OK;
        try {
            terminal.err().println("--- waiting for the machine; press Ctrl-C to give up");
            machine.reserve();
            terminal.err().println("--- domain " + terminal.shown(machine.domain()));
            code = LoginShells.run(machine.loginCommand(), machine::lost, terminal);
        } catch (ProvisionException | IOException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            code = ExitCode.INFRASTRUCTURE;
        } finally {
            boolean interrupted = Thread.interrupted();
            try {
                machine.release(Deadline.after(RELEASE));
                terminal.err().println("--- the machine is removed");
            } catch (ReleaseException e) {
                complain(String.valueOf(e.getMessage()), terminal);
                code = ExitCode.INFRASTRUCTURE;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return code;
    }
}
