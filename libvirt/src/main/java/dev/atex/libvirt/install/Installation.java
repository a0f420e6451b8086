package dev.atex.libvirt.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An installation by Anaconda or Debian's installer in a new domain: the arguments of virt-install. Immutable.
 *
 * @param name the name of the domain
 * @param isTransient true if the domain is gone when the installation ends
 * @param location the URL of the installation tree
 * @param disk the value of {@code --disk}
 * @param answers the file in the directory in which virt-install runs
 * @param memory in MiB
 * @param cpus the number of virtual processors
 * @param firmware of native machines
 * @param arch the architecture to emulate; empty for that of the host
 * @param network the value of {@code --network}; empty to let virt-install choose
 * @param background how it runs without a terminal; empty to show the console on the terminal
 */
public record Installation(
        String name,
        boolean isTransient,
        String location,
        String disk,
        AnswerFile answers,
        int memory,
        int cpus,
        Firmware firmware,
        Optional<String> arch,
        Optional<String> network,
        Optional<Background> background) {
    /** Kernel arguments that save time under emulation. */
    private static final List<String> SLOW = List.of(
            "inst.zram=off",
            "inst.notmux",
            "rd.plymouth=0",
            "plymouth.enable=0",
            "systemd.zram=0",
            "systemd.default_timeout_start_sec=3600",
            "systemd.default_device_timeout_sec=3600");

    /** The firmware. */
    public enum Firmware {
        /** BIOS. */
        BIOS,
        /** UEFI. */
        UEFI,
        /** UEFI with Secure Boot. */
        SECURE_BOOT
    }

    /**
     * An installation without a terminal.
     *
     * @param uuid the UUID of the domain
     * @param console the file on the host that receives the output of the console
     */
    public record Background(String uuid, String console) {}

    /** Creates an installation by Anaconda that shows its console on the terminal. */
    public Installation(
            String name,
            boolean isTransient,
            String location,
            String disk,
            String kickstart,
            int memory,
            int cpus,
            Firmware firmware,
            Optional<String> arch,
            Optional<String> network) {
        this(
                name,
                isTransient,
                location,
                disk,
                new AnswerFile(AnswerFile.Installer.ANACONDA, kickstart),
                memory,
                cpus,
                firmware,
                arch,
                network,
                Optional.empty());
    }

    /** Checks that no value could be taken for an option or another parameter. */
    public Installation {
        if (name.startsWith("-") || location.startsWith("-")) {
            throw new IllegalArgumentException("not usable: " + name + ", " + location);
        }
    }

    /**
     * Returns the arguments.
     *
     * @throws InstallException the architecture is not known
     */
    public List<String> arguments() throws InstallException {
        List<String> args = new ArrayList<>();
        if (isTransient) {
            args.add("--transient");
        }
        add(args, "--name", name);
        add(args, "--memory", Integer.toString(memory));
        add(args, "--vcpus", Integer.toString(cpus));
        add(args, "--disk", disk);
        network.ifPresent(value -> add(args, "--network", value));
        add(args, "--graphics", "none");
        background.ifPresentOrElse(way -> background(args, way), () -> add(args, "--autoconsole", "text"));
        add(args, "--location", location);
        add(args, "--initrd-inject", answers.name());
        String console = machine(args);
        List<String> kernel = new ArrayList<>(answers.kernelArguments(location));
        kernel.add("console=" + console);
        if (arch.isPresent() && answers.installer() == AnswerFile.Installer.ANACONDA) {
            kernel.addAll(SLOW);
        }
        add(args, "--extra-args", String.join(" ", kernel));
        args.add("--noreboot");
        return List.copyOf(args);
    }

    private void background(List<String> args, Background way) {
        args.add("--noautoconsole");
        args.add("--wait=-1");
        add(args, "--metadata", "uuid=" + way.uuid());
        boolean mainframe = arch.equals(Optional.of("s390x"));
        add(
                args,
                mainframe ? "--console" : "--serial",
                "file,source.path=" + way.console().replace(",", ",,") + (mainframe ? ",target.type=sclp" : ""));
    }

    private static void add(List<String> args, String option, String value) {
        args.addAll(List.of(option, value));
    }

    /** Adds the arguments that depend on the kind of machine; returns its console. */
    private String machine(List<String> args) throws InstallException {
        if (arch.isEmpty()) {
            pc(args);
            add(args, "--cpu", "host-passthrough");
            return "ttyS0";
        }
        add(args, "--virt-type", "qemu");
        add(args, "--arch", arch.get());
        return switch (arch.get()) {
            case "x86_64" -> {
                pc(args);
                yield "ttyS0";
            }
            case "aarch64" -> {
                add(args, "--cpu", "cortex-a53");
                yield "ttyAMA0";
            }
            case "ppc64le" -> "hvc0";
            case "s390x" -> {
                add(args, "--events", "on_crash=restart");
                yield "ttysclp0";
            }
            default ->
                throw new InstallException("cannot emulate '" + arch.get()
                        + "': the architecture must be x86_64, aarch64, ppc64le or s390x");
        };
    }

    private void pc(List<String> args) {
        switch (firmware) {
            case BIOS -> add(args, "--machine", "pc");
            case UEFI -> efi(args, "no");
            case SECURE_BOOT -> efi(args, "yes");
        }
    }

    /** Selects the firmware by features: libvirt refuses {@code loader.secure} with automatic selection. */
    private static void efi(List<String> args, String secure) {
        add(args, "--machine", "q35");
        add(args, "--features", "smm.state=on");
        add(
                args,
                "--boot",
                "firmware=efi,firmware.feature0.name=secure-boot,firmware.feature0.enabled=" + secure
                        + ",firmware.feature1.name=enrolled-keys,firmware.feature1.enabled=" + secure);
    }
}
