package dev.atex.cli.machines;

import dev.atex.cli.command.Command;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex image build}: builds an image that boots from one that does not. */
final class ImageBuildCommand implements Command {
    private static final Opt<Optional<String>> BASE = Opt.one(
            "IMAGE",
            "The image to start from. It needs dnf5, dnf, yum, apt-get, zypper or apk.",
            ImageBuildCommand::image,
            "--base");
    private static final Opt<Optional<String>> TAG =
            Opt.one("NAME", "The name of the new image.", ImageBuildCommand::image, "--tag");
    private static final Opt<List<String>> PACKAGE = Opt.many("PACKAGE", "Also install this package.", "--package");
    private static final Opt<Optional<EngineKind>> ENGINE =
            Opt.one("ENGINE", "podman (default) or docker.", choice(EngineKind.values()), "--engine");
    private static final Opt<Optional<String>> PROGRAM =
            Opt.one("PATH", "The program of the engine (default: its name).", "--program");
    private static final Opt<Optional<ContainerOptions.Pull>> PULL = Opt.one(
            "WHEN",
            "When to pull the base image: missing (default), always, never.",
            choice(ContainerOptions.Pull.values()),
            "--pull");
    private static final Opt<List<String>> RUN_OPTION =
            Opt.many("ARG", "An argument for 'podman run' of the container that becomes the image.", "--run-option");

    private static final Duration LIFETIME = Duration.ofHours(2);

    @Override
    public String name() {
        return "build";
    }

    @Override
    public String summary() {
        return "Build an image for --provision podman,systemd=true from a plain one.";
    }

    @Override
    public void describe(CommandSpec spec) {
        Opt.addAll(spec, BASE, TAG, PACKAGE, ENGINE, PROGRAM, PULL, RUN_OPTION);
        spec.usageMessage()
                .footer(
                        "",
                        "Creates a container from the base image, installs an init system and what tests need (systemd, "
                                + "dbus, bash, tar, util-linux; on Alpine OpenRC) with its package manager, masks units that only "
                                + "work on machines, and commits the container as the new image. Needs access to the "
                                + "distribution's repositories.",
                        "",
                        "Examples:",
                        "  atex image build --base fedora:42 --tag localhost/fedora-systemd --package openssh-server",
                        "  atex run --provision podman,image=localhost/fedora-systemd,systemd=true,max=3");
    }

    @Override
    public Map<String, String> exitCodes() {
        Map<String, String> codes = ExitCode.ofPlainCommands();
        codes.put("3", "infrastructure: the image cannot be built, or the container cannot be removed");
        return codes;
    }

    @Override
    public int run(ParseResult parsed, Terminal terminal) throws UsageException, InterruptedException {
        String tag = required(TAG, parsed);
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
        EngineKind kind = ENGINE.of(parsed).orElse(EngineKind.PODMAN);
        ContainerOptions base = new ContainerOptions(
                required(BASE, parsed),
                PULL.of(parsed).orElse(ContainerOptions.Pull.MISSING),
                false,
                RUN_OPTION.of(parsed),
                List.of(),
                LIFETIME,
                ContainerOptions.LONGEST_CREATE);
        try {
            String program = PROGRAM.of(parsed).orElse(word(kind));
            return new ImageBuilder(Engine.find(kind, program), base, PACKAGE.of(parsed));
        } catch (EngineException e) {
            throw new UsageException("--program: " + e.getMessage(), e);
        }
    }

    private static String required(Opt<Optional<String>> option, ParseResult parsed) throws UsageException {
        return option.of(parsed).orElseThrow(() -> nameIsNeeded(option.name()));
    }

    private static String image(String option, String text) throws UsageException {
        if (text.isEmpty() || text.startsWith("-")) {
            throw nameIsNeeded(option);
        }
        return text;
    }

    private static UsageException nameIsNeeded(String option) {
        return new UsageException(option + ": the name of an image is needed, as in: " + option + " localhost/name");
    }

    private static <E extends Enum<E>> Opt.Parser<E> choice(E[] values) {
        return Opt.choice(Arrays.stream(values).collect(Collectors.toMap(ImageBuildCommand::word, value -> value)));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
