package dev.atex.cli.machines;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.LeasedTask;
import dev.atex.cli.view.Printable;
import dev.atex.podman.ContainerOptions;
import dev.atex.podman.ImageBuilder;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex image build}: an image that boots, from one that does not. */
final class ImageBuildCommand implements Command {
    private static final Duration LIFETIME = Duration.ofHours(2);

    @Override
    public String name() {
        return "build";
    }

    @Override
    public String summary() {
        return "Make an image for --provision podman,systemd=true from a plain one.";
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(
                Options.one("IMAGE", "What to begin with. It has dnf5, dnf, yum, apt-get, zypper or apk.", "--base"));
        spec.addOption(Options.one("NAME", "The name that the new image gets.", "--tag"));
        spec.addOption(Options.many("PACKAGE", "Install this too.", "--package"));
        spec.addOption(Options.one("ENGINE", "podman (default) or docker.", "--engine"));
        spec.addOption(Options.one("PATH", "The program of the engine (default: its name).", "--program"));
        spec.addOption(Options.one("WHEN", "Fetch the base: missing (default), always, never.", "--pull"));
        spec.addOption(Options.many(
                "ARG", "An argument for 'podman run' of the container in which it is made.", "--run-option"));
        spec.usageMessage()
                .footer(
                        "",
                        "A container is made from the base, an init system and what tests need (systemd, dbus, bash, tar,",
                        "util-linux; on Alpine OpenRC) are installed with its package tool, units that only work on machines",
                        "are masked, and the container becomes the image. It needs the network of the distribution.",
                        "",
                        "Examples:",
                        "  atex image build --base fedora:42 --tag localhost/fedora-systemd --package openssh-server",
                        "  atex run --provision podman,image=localhost/fedora-systemd,systemd=true,max=3");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: the image cannot be made, or the container not be removed");
        return codes;
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        String tag = required(parsed, "--tag");
        ImageBuilder builder = builder(parsed);
        LeasedTask work = new LeasedTask(terminal);
        return work.run(() -> {}, () -> {}, () -> {
            try {
                try (OutputStream log = terminal.foreign()) {
                    builder.build(tag, new ProvisionerContext(work.id(), work.leases()), log);
                }
                terminal.out().println("made " + terminal.shown(tag));
                return ExitCode.OK;
            } catch (ProvisionException | ReleaseException | IOException e) {
                terminal.err().println("atex: " + Printable.lines(String.valueOf(e.getMessage())));
                return ExitCode.INFRASTRUCTURE;
            }
        });
    }

    private static ImageBuilder builder(ParseResult parsed) throws UsageException {
        EngineKind kind = choice(parsed, "--engine", EngineKind.values(), EngineKind.PODMAN);
        ContainerOptions base = new ContainerOptions(
                required(parsed, "--base"),
                choice(parsed, "--pull", ContainerOptions.Pull.values(), ContainerOptions.Pull.MISSING),
                false,
                Options.all(parsed, "--run-option"),
                List.of(),
                LIFETIME,
                ContainerOptions.LONGEST_CREATE);
        try {
            String program = parsed.matchedOptionValue("--program", word(kind));
            return new ImageBuilder(Engine.find(kind, program), base, Options.all(parsed, "--package"));
        } catch (EngineException e) {
            throw new UsageException("--program: " + e.getMessage(), e);
        }
    }

    private static String required(ParseResult parsed, String option) throws UsageException {
        String value = parsed.matchedOptionValue(option, "");
        if (value.isEmpty() || value.startsWith("-")) {
            throw new UsageException(option + ": the name of an image is needed, as in: " + option + " localhost/name");
        }
        return value;
    }

    private static <E extends Enum<E>> E choice(ParseResult parsed, String option, E[] values, E otherwise)
            throws UsageException {
        String text = parsed.matchedOptionValue(option, word(otherwise));
        for (E value : values) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        throw new UsageException(option + " " + text + ": it must be one of: "
                + String.join(
                        ", ",
                        java.util.Arrays.stream(values)
                                .map(ImageBuildCommand::word)
                                .toList()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
