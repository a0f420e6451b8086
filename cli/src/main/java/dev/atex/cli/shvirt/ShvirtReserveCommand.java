package dev.atex.cli.shvirt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.machines.LoginShells;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.shared.SharedMachine;
import dev.atex.libvirt.shared.SharedProvisionerFactory;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.ReleaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shvirt reserve}: starts a copy of an image and opens a shell there. */
final class ShvirtReserveCommand extends ShvirtCall {
    private static final Opt<Optional<String>> NAME =
            Opt.one("NAME", "The name that others see (default your user name).", "--name");
    private static final Opt<Optional<String>> POOL = Opt.one("POOL", "The pool (default 'default').", "--pool");
    private static final Opt<Optional<String>> FILTER =
            Opt.one("REGEX", "Use a domain whose whole name matches.", "--domain-filter");

    private static final Duration RELEASE = Duration.ofMinutes(5);

    @Override
    public String name() {
        return "reserve";
    }

    @Override
    public String summary() {
        return "Start a copy of an image on a reserved domain, and open a shell there.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeHelper(spec);
        Opt.addAll(spec, NAME, POOL, FILTER);
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("IMAGE")
                .arity("1")
                .type(String.class)
                .description("The image, a volume of the pool.")
                .build());
        spec.usageMessage()
                .footer(
                        "",
                        "Waits for a free domain. When the shell ends with exit code 0, the domain is stopped and released; "
                                + "otherwise you may connect again, for example after a reboot.",
                        "",
                        "Examples:",
                        "  atex shvirt reserve --helper-host vmhost f42.img",
                        "  atex shvirt reserve --helper-host vmhost --domain-filter 'big.*' f42.img");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(";", "\\;");
    }

    private static ProvisionerSpec spec(ParseResult parsed, Terminal terminal) throws UsageException {
        Map<String, String> options = new LinkedHashMap<>();
        host(parsed).ifPresent(host -> options.put("host", escaped(host)));
        options.put(
                "helper",
                String.join(
                        ";",
                        command(parsed).stream()
                                .map(ShvirtReserveCommand::escaped)
                                .toList()));
        String image = parsed.matchedPositionalValue(0, "");
        if (image.isEmpty()) {
            throw new UsageException("IMAGE is missing: the volume to start a copy of; 'atex shvirt virsh ... vol-list "
                    + "default' lists them");
        }
        options.put("image", escaped(image));
        options.put("name", escaped(userName(NAME.of(parsed), terminal)));
        POOL.of(parsed).ifPresent(pool -> options.put("pool", escaped(pool)));
        FILTER.of(parsed).ifPresent(filter -> options.put("filter", escaped(filter)));
        KEY.of(parsed).map(Path::toString).ifPresent(key -> options.put("identity", escaped(key)));
        return new ProvisionerSpec(SharedProvisionerFactory.KIND, options);
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws UsageException {
        ProvisionerSpec spec = spec(options, terminal);
        LeasedTask work = new LeasedTask(terminal);
        ProvisionerContext context = new ProvisionerContext(work.id(), work.leases(), new Notices(terminal));
        return work.run(() -> {}, () -> {}, () -> onMachine(spec, context, terminal));
    }

    private static int onMachine(ProvisionerSpec spec, ProvisionerContext context, Terminal terminal)
            throws UsageException, InterruptedException {
        SharedMachine machine;
        try {
            machine = SharedMachine.prepare(spec, context);
        } catch (InvalidOptionException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (ProvisionException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        int code = ExitCode.OK;
        try {
            terminal.err().println("--- waiting for a domain; press Ctrl-C to give up");
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
                terminal.err().println("--- the domain is released");
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
