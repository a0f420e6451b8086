package dev.atex.cli.virt;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.shvirt.KickstartOptions;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.NonClosingStream;
import dev.atex.lease.LeaseException;
import dev.atex.libvirt.VirtInstallation;
import dev.atex.libvirt.install.AnswerFile;
import dev.atex.libvirt.install.InstallException;
import dev.atex.libvirt.install.Installation;
import dev.atex.libvirt.virsh.VirshException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex virt install}: installs a domain or an image. */
final class VirtInstallCommand extends VirtCall {
    private static final Opt<Optional<String>> NAME = Opt.one("DOMAIN", "Create a domain.", "-n", "--name");
    private static final Opt<Optional<String>> IMAGE =
            Opt.one("IMAGE", "Create an image, a volume, instead of a domain.", "--image");
    private static final Opt<Optional<String>> LOCATION =
            Opt.one("URL", "The installation tree. Needed.", "-l", "--location");
    private static final Opt<Optional<String>> FORMAT = Opt.one(
            "FORMAT", "qcow2 (default) or raw.", Opt.choice(Map.of("raw", "raw", "qcow2", "qcow2")), "--format");
    private static final Opt<Optional<Integer>> SIZE =
            Opt.one("GB", "The size of the disk in GiB (default 20).", Opt.number(1, 100_000), "--size");
    private static final Opt<Optional<Integer>> MEMORY = Opt.one(
            "MB", "Memory during the installation in MiB (default 4096).", Opt.number(64, 16 << 20), "--memory");
    private static final Opt<Optional<Integer>> FINAL_MEMORY = Opt.one(
            "MB",
            "Memory of the domain afterwards in MiB (default the same).",
            Opt.number(64, 16 << 20),
            "--final-memory");
    private static final Opt<Optional<Integer>> CPUS =
            Opt.one("N", "Processors (default 2).", Opt.number(1, 1000), "--cpus");
    private static final Opt<Optional<String>> NETWORK =
            Opt.one("NETWORK", "The network, as virt-install takes it (default: it chooses).", "--network");
    private static final Opt<Boolean> BIOS = Opt.flag("Install for BIOS instead of UEFI.", "--bios");
    private static final Opt<Boolean> SECURE_BOOT = Opt.flag("Install with Secure Boot.", "--secure-boot");
    private static final Opt<Optional<String>> ARCH =
            Opt.one("ARCH", "Emulate this architecture: x86_64, aarch64, ppc64le or s390x. Slow.", "--arch");
    private static final Opt<Optional<String>> PRESEED = Opt.optional(
            "FILE",
            "",
            "Use Debian's installer, with the built-in preseed file, or with this one as it is.",
            "--preseed");
    private static final Opt<Optional<String>> PROGRAM =
            Opt.one("PATH", "The program to call (default virt-install).", "--program");
    private static final Opt<Optional<Duration>> TIMEOUT =
            Opt.one("TIME", "How long the installation may take (default 3h).", Options::duration, "--timeout");
    private static final Opt<Boolean> DRY_RUN =
            Opt.flag("Print the kickstart or preseed file, and do nothing.", "--dry-run");

    private static final long GIB = 1L << 30;

    @Override
    public String name() {
        return "install";
    }

    @Override
    public String summary() {
        return "Install a domain or an image by virt-install, Anaconda or Debian's installer.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeAddress(spec);
        Opt.addAll(
                spec,
                NAME,
                IMAGE,
                LOCATION,
                FORMAT,
                SIZE,
                MEMORY,
                FINAL_MEMORY,
                CPUS,
                NETWORK,
                BIOS,
                SECURE_BOOT,
                ARCH,
                PRESEED,
                PROGRAM,
                TIMEOUT,
                DRY_RUN,
                JSON);
        KickstartOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Creates a persistent domain (--name), the origin of machines, or an image (--image). Installs in a domain "
                                + "'atex-...', which becomes the result when the installer has shut it off; if the installation "
                                + "fails or is interrupted, nothing is left, and 'atex reap' removes what a killed one has left. "
                                + "Root has no password: give keys with --ks-sshkeys. Changes to the built-in kickstart are made "
                                + "in this order: --ks-del, --ks-cmd, --ks-packages, --ks-sshkeys, --ks-append. The last three "
                                + "also change the built-in preseed file.",
                        "",
                        "Examples:",
                        "  atex virt install -n f42 -l URL --ks-sshkeys ~/.ssh/id_ed25519.pub",
                        "  atex virt install --image f42.qcow2 -l URL --ks-sshkeys ~/.ssh/id_ed25519.pub",
                        "  atex virt install --image deb.qcow2 --preseed --bios --ks-sshkeys ~/.ssh/id_ed25519.pub \\",
                        "    -l https://mirror.example.org/debian/dists/stable/main/installer-amd64/",
                        "  atex run --provision virt,origin=f42,identity=~/.ssh/id_ed25519");
    }

    private static VirtInstallation.Result result(ParseResult options) throws UsageException {
        Optional<String> domain = NAME.of(options);
        Optional<String> image = IMAGE.of(options);
        if (domain.isPresent() == image.isPresent()) {
            throw new UsageException(
                    domain.isPresent()
                            ? "--name and --image: give one of them"
                            : "--name DOMAIN or --image IMAGE is missing: what to install");
        }
        if (image.isPresent()) {
            if (FINAL_MEMORY.isGiven(options)) {
                throw new UsageException("--final-memory needs --name: an image has no memory");
            }
            return new VirtInstallation.NewImage(image(IMAGE, image.get()));
        }
        return new VirtInstallation.NewDomain(image(NAME, domain.orElseThrow()), FINAL_MEMORY.of(options));
    }

    private static Optional<Path> preseed(ParseResult options) throws UsageException {
        String file = PRESEED.of(options).orElse("");
        return file.isEmpty() ? Optional.empty() : Optional.of(Options.file(PRESEED.name(), file));
    }

    private static VirtInstallation.Answers answers(ParseResult options, Notices notices) throws UsageException {
        String location = LOCATION.of(options)
                .filter(text -> !text.isEmpty() && !text.startsWith("-"))
                .orElseThrow(() -> new UsageException("--location URL is missing: the installation tree"));
        return PRESEED.isGiven(options)
                ? new VirtInstallation.Answers(
                        AnswerFile.Installer.DEBIAN,
                        location,
                        KickstartOptions.readPreseed(options, preseed(options), location, notices))
                : new VirtInstallation.Answers(
                        AnswerFile.Installer.ANACONDA, location, KickstartOptions.read(options, notices));
    }

    private static VirtInstallation.Machine machine(ParseResult options) throws UsageException {
        if (BIOS.of(options) && SECURE_BOOT.of(options)) {
            throw new UsageException("--bios and --secure-boot: give one of them");
        }
        Installation.Firmware firmware = BIOS.of(options)
                ? Installation.Firmware.BIOS
                : SECURE_BOOT.of(options) ? Installation.Firmware.SECURE_BOOT : Installation.Firmware.UEFI;
        Optional<String> arch = ARCH.of(options);
        if (arch.isPresent() && !arch.get().equals("x86_64")) {
            for (Opt<Boolean> each : List.of(BIOS, SECURE_BOOT)) {
                if (each.of(options)) {
                    throw new UsageException(each + " is for x86_64 only, not for --arch " + arch.get());
                }
            }
        }
        return new VirtInstallation.Machine(
                MEMORY.of(options).orElse(4096), CPUS.of(options).orElse(2), firmware, arch, NETWORK.of(options));
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws UsageException {
        Notices notices = new Notices(terminal);
        VirtInstallation installation = new VirtInstallation(
                address(options),
                PROGRAM.of(options).orElse("virt-install"),
                result(options),
                SIZE.of(options).orElse(20) * GIB,
                FORMAT.of(options).orElse("qcow2"),
                answers(options, notices),
                machine(options));
        if (DRY_RUN.of(options)) {
            terminal.out().print(installation.answers().text());
            return ExitCode.OK;
        }
        Deadline deadline = Deadline.after(TIMEOUT.of(options).orElse(Duration.ofHours(3)));
        boolean json = JSON.of(options);
        LeasedTask work = new LeasedTask(terminal);
        return work.run(() -> {}, () -> {}, () -> install(installation, json, work, notices, terminal, deadline));
    }

    private static int install(
            VirtInstallation installation,
            boolean json,
            LeasedTask work,
            Notices notices,
            Terminal terminal,
            Deadline deadline)
            throws InterruptedException {
        try (OutputStream output = new NonClosingStream(terminal.err())) {
            installation.run(output, notices, work.leases(), deadline);
        } catch (VirshException e) {
            return failed(e, terminal);
        } catch (InstallException | LeaseException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        } catch (IOException e) {
            complain(ErrorText.of(e), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        String pool = installation.address().pool();
        Map<String, Object> object = new LinkedHashMap<>();
        String what = switch (installation.result()) {
            case VirtInstallation.NewDomain(String name, var _) -> {
                object.put("domain", name);
                yield "domain '" + name + "', with its disk '" + installation.volume() + "' in pool '" + pool + "'";
            }
            case VirtInstallation.NewImage(String volume) -> "image '" + volume + "' in pool '" + pool + "'";
        };
        object.put("volume", installation.volume());
        object.put("pool", pool);
        if (json) {
            terminal.json(object);
        } else {
            notices.accept("installed " + what);
        }
        return ExitCode.OK;
    }
}
