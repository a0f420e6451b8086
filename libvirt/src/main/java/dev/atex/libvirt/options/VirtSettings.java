package dev.atex.libvirt.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerFactory.Option;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The parsed options of the provisioner.
 *
 * @param template what machines are clones of
 * @param host where they run
 * @param hardware what is changed of the template
 * @param login how to log in
 * @param max the number of machines at a time
 * @param maxStarting the number of machines that are created and boot at a time
 * @param anchor whether the daemon destroys a machine when its client is gone
 * @param lifetime the time after which nobody needs a machine any more
 * @param bootWait the longest time until a machine answers; if empty, it depends on the accelerator
 * @param warm whether machines are restored from the saved state of a booted one
 * @param reset whether each test gets a machine in that state
 * @param console whether the console logs of all machines are kept, not only of those that never answered
 */
public record VirtSettings(
        Template template,
        Host host,
        Hardware hardware,
        Login login,
        int max,
        int maxStarting,
        boolean anchor,
        Duration lifetime,
        Optional<Duration> bootWait,
        boolean warm,
        boolean reset,
        boolean console) {
    /** The kind of the provisioner. */
    public static final String KIND = "virt";

    private static final int MOST = 10_000;
    private static final int LARGEST_MEMORY_MIB = 16 << 20;
    private static final Duration LONGEST_LIFE = Duration.ofDays(365);
    /** Names that are safe in commands, file names and XML. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]*");

    private static final List<String> PATHS = List.of("identity", "xml");

    /**
     * What machines are clones of. At least one of them is present.
     *
     * @param image the disk: the name of a volume, or an absolute path
     * @param origin the name of a domain
     * @param xml a file with the description of a domain
     */
    public record Template(Optional<String> image, Optional<String> origin, Optional<Path> xml) {}

    /**
     * Where machines run.
     *
     * @param program the name or path of virsh
     * @param uri the connection URI; if empty, the one that virsh chooses
     * @param pool the pool of overlays, and of an image without a path
     * @param network the network of libvirt to which machines are connected; if empty, QEMU forwards a port
     */
    public record Host(String program, Optional<String> uri, String pool, Optional<String> network) {}

    /** The way to run a guest. */
    public enum Accelerator {
        /** With KVM if the host can; the description of the user decides if there is one. */
        AUTO,
        /** With KVM. */
        KVM,
        /** With an emulated processor. */
        TCG
    }

    /**
     * What is changed of the template.
     *
     * @param memoryMib memory in MiB
     * @param processors number of processors
     * @param disk the least size of the first disk in bytes
     * @param uefi whether the firmware is UEFI; only without a description of the user's
     * @param arch the architecture; only without a description of the user's
     * @param accelerator how to run it
     */
    public record Hardware(
            Optional<Integer> memoryMib,
            Optional<Integer> processors,
            long disk,
            boolean uefi,
            Optional<String> arch,
            Accelerator accelerator) {}

    /** The way in which a machine gets the public key. */
    public enum Inject {
        /** The image has it. */
        NONE,
        /** systemd (252 and newer) takes it from SMBIOS. */
        SMBIOS
    }

    /**
     * How to log in.
     *
     * @param user the user
     * @param identity the private key; if empty, one of the run's own
     * @param inject how the machine gets the public key
     * @param sameHostKey whether all machines have the host key of the image
     */
    public record Login(String user, Optional<Path> identity, Inject inject, boolean sameHostKey) {}

    /** Returns the options for the help. */
    public static List<Option> options() {
        return List.of(
                new Option("image", "VOLUME|FILE", "the disk that machines get an overlay of"),
                new Option("origin", "DOMAIN", "a shut off domain that machines are clones of"),
                new Option("xml", "FILE", "the description of a domain that machines are clones of"),
                new Option("max", "N", "the number of machines at a time (default 1)"),
                new Option("uri", "URI", "the connection to libvirt (default: that of virsh)"),
                new Option("pool", "POOL", "the pool of the image and of overlays (default 'default')"),
                new Option("memory", "SIZE", "memory, as 2G or in MiB (default: that of the description, else 2G)"),
                new Option("cpus", "N", "processors (default: those of the description, else 2)"),
                new Option("disk", "SIZE", "the least size of the first disk, as 20G or in MiB"),
                new Option("firmware", "TYPE", "bios (default) or uefi"),
                new Option("arch", "ARCH", "the architecture (default: that of the host)"),
                new Option("accel", "TYPE", "auto (default), kvm or tcg"),
                new Option(
                        "network", "NAME", "a network of libvirt (default: a port of 127.0.0.1 is forwarded to sshd)"),
                new Option("user", "USER", "the user to log in as (default root)"),
                new Option("identity", "FILE", "the private key to log in with (default: one that the run generates)"),
                new Option(
                        "inject",
                        "WAY",
                        "how a machine gets the key: smbios (systemd 252 and newer; default without identity) or none"),
                new Option(
                        "host-keys",
                        "WHOSE",
                        "image: all machines have the same (default with inject=none); machine: each has its own"),
                new Option(
                        "boot-wait", "TIME", "the longest time until a machine answers (default 5m, without KVM 50m)"),
                new Option("max-starting", "N", "the number of machines that boot at a time (default 2 per processor)"),
                new Option(
                        "warm",
                        "true",
                        "boot a machine once, save its state in the pool, and restore machines from it (default false)"),
                new Option(
                        "reset",
                        "WHEN",
                        "snapshot: each test gets a machine in that state (implies warm=true); none (default)"),
                new Option("anchor", "false", "keep machines when the connection to libvirt is lost"),
                new Option("lifetime", "TIME", "the time after which nobody needs a machine any more (default 7d)"),
                new Option("console", "true", "keep the console logs of all machines, not only of failed ones"),
                new Option("program", "PATH", "the program to call (default virsh)"));
    }

    /** Parses a specification. */
    public static VirtSettings of(ProvisionerSpec spec) throws InvalidOptionException {
        Template template = template(spec);
        boolean reset = reset(spec);
        int processors = Runtime.getRuntime().availableProcessors();
        return new VirtSettings(
                template,
                new Host(
                        spec.text("program").orElse("virsh"),
                        spec.text("uri").filter(text -> !text.isEmpty()),
                        name(spec, "pool").orElse("default"),
                        name(spec, "network")),
                hardware(spec, template),
                login(spec),
                spec.integer("max", 1, 1, MOST),
                spec.integer("max-starting", 2 * processors, 1, MOST),
                spec.flag("anchor", true),
                positive(spec, "lifetime", Duration.ofDays(7)),
                spec.text("boot-wait").isEmpty()
                        ? Optional.empty()
                        : Optional.of(positive(spec, "boot-wait", Duration.ZERO)),
                warm(spec, reset),
                reset,
                spec.flag("console", false));
    }

    /** Returns the specification with absolute paths, to be parsed in another directory. */
    public static ProvisionerSpec absolute(ProvisionerSpec spec) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        for (String option : PATHS) {
            spec.text(option)
                    .ifPresent(text -> options.put(option, escaped(path(text).toString())));
        }
        for (String option : List.of("image", "program")) {
            spec.text(option)
                    .filter(text -> text.contains("/"))
                    .ifPresent(text -> options.put(option, escaped(path(text).toString())));
        }
        return new ProvisionerSpec(spec.kind(), options);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace(";", "\\;");
    }

    private static Path path(String text) {
        boolean home = text.equals("~") || text.startsWith("~/");
        return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
                .toAbsolutePath();
    }

    private static Template template(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<String> image = spec.text("image").filter(text -> !text.isEmpty());
        if (image.isPresent() && image.get().contains("/")) {
            image = Optional.of(path(image.get()).toString());
        } else {
            image = name(spec, "image");
        }
        Template template = new Template(image, name(spec, "origin"), file(spec, "xml"));
        if (template.image().isEmpty()
                && template.origin().isEmpty()
                && template.xml().isEmpty()) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "' needs an image or a domain: " + spec.kind() + ",image=VOLUME or " + spec.kind()
                    + ",origin=DOMAIN");
        }
        if (template.origin().isPresent()
                && (template.xml().isPresent() || template.image().isPresent())) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "': option 'origin' names a domain with its disks: leave out 'image' and 'xml'");
        }
        return template;
    }

    private static Hardware hardware(ProvisionerSpec spec, Template template) throws InvalidOptionException {
        boolean described = template.origin().isPresent() || template.xml().isPresent();
        for (String option : List.of("firmware", "arch")) {
            if (described && spec.text(option).isPresent()) {
                throw new InvalidOptionException("provisioner '" + spec.kind() + "': option '" + option
                        + "' cannot change a description: change the domain or the file");
            }
        }
        Optional<Integer> memory = spec.text("memory").isEmpty()
                ? Optional.empty()
                : Optional.of((int) Sizes.mebibytes(spec, "memory", LARGEST_MEMORY_MIB));
        Optional<Integer> processors =
                spec.text("cpus").isEmpty() ? Optional.empty() : Optional.of(spec.integer("cpus", 1, 1, MOST));
        return new Hardware(
                memory,
                processors,
                spec.text("disk").isEmpty() ? 0 : Sizes.mebibytes(spec, "disk", Integer.MAX_VALUE) << 20,
                switch (spec.text("firmware").orElse("bios")) {
                    case "bios" -> false;
                    case "uefi" -> true;
                    case String other -> throw wrong(spec, "firmware", "bios or uefi", other);
                },
                name(spec, "arch"),
                switch (spec.text("accel").orElse("auto")) {
                    case "auto" -> Accelerator.AUTO;
                    case "kvm" -> Accelerator.KVM;
                    case "tcg" -> Accelerator.TCG;
                    case String other -> throw wrong(spec, "accel", "auto, kvm or tcg", other);
                });
    }

    private static boolean reset(ProvisionerSpec spec) throws InvalidOptionException {
        return switch (spec.text("reset").orElse("none")) {
            case "none" -> false;
            case "snapshot" -> true;
            case String other -> throw wrong(spec, "reset", "none or snapshot", other);
        };
    }

    private static boolean warm(ProvisionerSpec spec, boolean reset) throws InvalidOptionException {
        boolean warm = spec.flag("warm", reset);
        if (reset && !warm) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "': reset=snapshot restores machines, and warm=false forbids that: leave out one of them");
        }
        if (warm && spec.text("network").filter(text -> !text.isEmpty()).isPresent()) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "': machines restored from one state have the same addresses, which cannot be in one network:"
                    + " leave out 'network', or 'warm' and 'reset'");
        }
        return warm;
    }

    private static Login login(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<Path> identity = file(spec, "identity");
        Inject inject = switch (spec.text("inject").orElse(identity.isPresent() ? "none" : "smbios")) {
            case "none" -> Inject.NONE;
            case "smbios" -> Inject.SMBIOS;
            case String other -> throw wrong(spec, "inject", "smbios or none", other);
        };
        if (identity.isEmpty() && inject == Inject.NONE) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "': with inject=none the image has a key: set its private key with the option 'identity'");
        }
        String user = name(spec, "user").orElse("root");
        if (inject == Inject.SMBIOS && !user.equals("root")) {
            throw new InvalidOptionException("provisioner '" + spec.kind()
                    + "': inject=smbios is for root only: leave out 'user', or set 'identity' and inject=none");
        }
        boolean same = switch (spec.text("host-keys").orElse(inject == Inject.NONE ? "image" : "machine")) {
            case "image" -> true;
            case "machine" -> false;
            case String other -> throw wrong(spec, "host-keys", "image or machine", other);
        };
        return new Login(user, identity, inject, same);
    }

    private static Optional<Path> file(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Optional<Path> file = spec.text(option).filter(text -> !text.isEmpty()).map(VirtSettings::path);
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new InvalidOptionException(
                    "provisioner '" + spec.kind() + "': option '" + option + "': cannot read the file " + file.get());
        }
        return file;
    }

    private static Optional<String> name(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Optional<String> name = spec.text(option).filter(text -> !text.isEmpty());
        if (name.isPresent() && !NAME.matcher(name.get()).matches()) {
            throw wrong(spec, option, "a name of letters, digits and _ . + -", name.get());
        }
        return name;
    }

    private static Duration positive(ProvisionerSpec spec, String option, Duration otherwise)
            throws InvalidOptionException {
        Duration given = spec.duration(option, otherwise);
        if (!given.isPositive() || given.compareTo(LONGEST_LIFE) > 0) {
            throw new InvalidOptionException(
                    "provisioner '" + spec.kind() + "': option '" + option + "' must be more than 0s and at most 365d");
        }
        return given;
    }

    static InvalidOptionException wrong(ProvisionerSpec spec, String option, String wanted, String value) {
        return new InvalidOptionException("provisioner '" + spec.kind() + "': option '" + option + "' must be " + wanted
                + ", not '" + value + "'");
    }
}
