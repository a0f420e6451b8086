package dev.atex.cli.shvirt;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Notices;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.LeasedTask;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.NonClosingStream;
import dev.atex.libvirt.install.InstallException;
import dev.atex.libvirt.install.Installation;
import dev.atex.libvirt.shared.HelperException;
import dev.atex.libvirt.shared.ImageInstallation;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code atex shvirt install}: installs an image. */
final class ShvirtInstallCommand extends ShvirtCall {
    private static final Opt<Optional<String>> NAME =
            Opt.one("IMAGE", "The name of the image, a volume; an existing one is replaced. Needed.", "-n", "--name");
    private static final Opt<Optional<String>> LOCATION =
            Opt.one("URL", "The installation tree. Needed.", "-l", "--location");
    private static final Opt<Optional<String>> POOL = Opt.one("POOL", "The pool (default 'default').", "--pool");
    private static final Opt<Optional<String>> FORMAT = Opt.one(
            "FORMAT", "raw (default) or qcow2.", Opt.choice(Map.of("raw", "raw", "qcow2", "qcow2")), "--format");
    private static final Opt<Optional<Integer>> SIZE =
            Opt.one("GB", "The size of the disk in GiB (default 40).", Opt.number(1, 100_000), "--size");
    private static final Opt<Boolean> BIOS = Opt.flag("Install for BIOS instead of UEFI.", "--bios");
    private static final Opt<Boolean> SECURE_BOOT = Opt.flag("Install with Secure Boot.", "--secure-boot");
    private static final Opt<Optional<String>> NETWORK =
            Opt.one("NETWORK", "The network during the installation (default passt).", "--network");
    private static final Opt<Boolean> RESERVE =
            Opt.flag("First reserve any domain and shut it off, for its memory.", "--reserve");
    private static final Opt<Optional<String>> RESERVE_FILTER =
            Opt.one("REGEX", "Reserve a domain whose whole name matches.", "--reserve-filter");
    private static final Opt<Optional<String>> RESERVE_NAME =
            Opt.one("NAME", "The name that others see (default your user name).", "--reserve-name");
    private static final Opt<Boolean> REPLACE =
            Opt.flag("Replace the volume IMAGE-temp of an installation that was killed.", "--replace-temp");
    private static final Opt<Optional<Duration>> TIMEOUT =
            Opt.one("TIME", "How long the installation may take (default 3h).", Options::duration, "--timeout");
    private static final Opt<Boolean> DRY_RUN = Opt.flag("Print the kickstart file, and do nothing.", "--dry-run");

    private static final int MEMORY = 4096;
    private static final int CPUS = 2;
    private static final long GIB = 1L << 30;

    @Override
    public String name() {
        return "install";
    }

    @Override
    public String summary() {
        return "Install an image by virt-install and Anaconda.";
    }

    @Override
    public void describe(CommandSpec spec) {
        describeHelper(spec);
        Opt.addAll(
                spec,
                NAME,
                LOCATION,
                POOL,
                FORMAT,
                SIZE,
                BIOS,
                SECURE_BOOT,
                NETWORK,
                RESERVE,
                RESERVE_FILTER,
                RESERVE_NAME,
                REPLACE,
                TIMEOUT,
                DRY_RUN,
                JSON);
        KickstartOptions.describe(spec);
        spec.usageMessage()
                .footer(
                        "",
                        "Installs in a transient domain installing-IMAGE on a volume IMAGE-temp, which replaces IMAGE at the "
                                + "end; if the installation fails, both are removed. Root has no password: give keys with "
                                + "--ks-sshkeys. Changes to the built-in kickstart are made in this order: --ks-del, --ks-cmd, "
                                + "--ks-packages, --ks-sshkeys, --ks-append.",
                        "",
                        "Examples:",
                        "  atex shvirt install --helper-host vmhost -n f42.img -l URL --ks-sshkeys ~/.ssh/id_ed25519.pub",
                        "  atex shvirt install --helper-host vmhost -n f42.img -l URL --dry-run");
    }

    private static String needed(Opt<Optional<String>> option, ParseResult options) throws UsageException {
        return option.of(options)
                .filter(text -> !text.isEmpty() && !text.startsWith("-"))
                .orElseThrow(() -> new UsageException(option + " is missing"));
    }

    private static String volumeName(Opt<Optional<String>> option, String text) throws UsageException {
        if (!ImageInstallation.isName(text)) {
            throw new UsageException(option + " '" + text
                    + "': it must consist of letters, digits, '.', '_', '+' and '-', and begin with a letter or digit");
        }
        return text;
    }

    @Override
    int call(ParseResult options, Terminal terminal) throws HelperException, UsageException, InterruptedException {
        Notices notices = new Notices(terminal);
        String image = volumeName(NAME, needed(NAME, options));
        String location = needed(LOCATION, options);
        if (BIOS.of(options) && SECURE_BOOT.of(options)) {
            throw new UsageException("--bios and --secure-boot: give one of them");
        }
        if (RESERVE_FILTER.isGiven(options) && !RESERVE.of(options)) {
            throw new UsageException("--reserve-filter needs --reserve");
        }
        String kickstart = KickstartOptions.read(options, notices);
        if (DRY_RUN.of(options)) {
            terminal.out().print(kickstart);
            return ExitCode.OK;
        }
        String pool = volumeName(POOL, POOL.of(options).orElse("default"));
        Installation.Firmware firmware = BIOS.of(options)
                ? Installation.Firmware.BIOS
                : SECURE_BOOT.of(options) ? Installation.Firmware.SECURE_BOOT : Installation.Firmware.UEFI;
        ImageInstallation installation = new ImageInstallation(
                address(options),
                userName(RESERVE_NAME.of(options), terminal),
                image,
                pool,
                FORMAT.of(options).orElse("raw"),
                SIZE.of(options).orElse(40) * GIB,
                kickstart,
                new Installation(
                        image,
                        true,
                        location,
                        "",
                        ImageInstallation.KICKSTART,
                        MEMORY,
                        CPUS,
                        firmware,
                        Optional.empty(),
                        Optional.of(NETWORK.of(options).orElse("passt"))),
                RESERVE.of(options) ? Optional.of(RESERVE_FILTER.of(options).orElse(".*")) : Optional.empty(),
                REPLACE.of(options));
        Deadline deadline = Deadline.after(TIMEOUT.of(options).orElse(Duration.ofHours(3)));
        boolean json = JSON.of(options);
        return new LeasedTask(terminal)
                .run(() -> {}, () -> {}, () -> install(installation, json, notices, terminal, deadline));
    }

    private static int install(
            ImageInstallation installation, boolean json, Notices notices, Terminal terminal, Deadline deadline)
            throws InterruptedException {
        try (OutputStream console = new NonClosingStream(terminal.err())) {
            installation.run(console, notices, deadline);
        } catch (HelperException | InstallException | IOException e) {
            complain(String.valueOf(e.getMessage()), terminal);
            return ExitCode.INFRASTRUCTURE;
        }
        if (json) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("image", installation.image());
            object.put("pool", installation.pool());
            terminal.json(object);
        } else {
            notices.accept("installed image '" + installation.image() + "' in pool '" + installation.pool() + "'");
        }
        return ExitCode.OK;
    }
}
