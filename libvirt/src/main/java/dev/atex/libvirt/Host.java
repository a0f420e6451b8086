package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.domain.DefaultDomain;
import dev.atex.libvirt.domain.DomainTemplate;
import dev.atex.libvirt.domain.Fingerprint;
import dev.atex.libvirt.domain.TemplateDisk;
import dev.atex.libvirt.options.VirtSettings;
import dev.atex.libvirt.storage.Image;
import dev.atex.libvirt.storage.ImageContent;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.libvirt.xml.XmlException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run found at its host: the connection, the pool, the template and its images. Immutable.
 *
 * @param pool the pool of overlays, with the connection
 * @param template the description that machines are clones of
 * @param images the images of its disks, in the same order
 */
record Host(Pool pool, DomainTemplate template, List<Image> images) {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final Pattern MEMORY = Pattern.compile("Memory size:\\s+([0-9]{1,15}) KiB");
    private static final Duration RESTART = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Path KVM = Path.of("/dev/kvm");
    private static final Duration EMULATED = Duration.ofMinutes(50);
    private static final Duration ACCELERATED = Duration.ofMinutes(5);

    /**
     * Looks at the host of these settings.
     *
     * @throws VirshException if something that machines need does not exist there
     */
    static Host find(VirtSettings settings, Deadline deadline) throws VirshException, InterruptedException {
        VirtSettings.Host at = settings.host();
        Virsh found = Virsh.find(at.program(), at.uri());
        Virsh virsh = found.with(found.call(deadline, "uri"));
        if (!virsh.isLocal() && at.network().isEmpty()) {
            throw new VirshException(
                    Failure.INVALID,
                    "machines at " + virsh.host()
                            + " cannot be reached, as their ports are forwarded on that host only:"
                            + " connect them to a network with the option 'network'");
        }
        if (at.network().isPresent()) {
            checkNetwork(virsh, at.network().get(), deadline);
        }
        if (settings.hardware().memoryMib().isPresent()) {
            checkMemory(virsh, settings.hardware().memoryMib().get(), deadline);
        }
        Pool pool = Pool.find(virsh, at.pool(), deadline);
        DomainTemplate template = template(settings, virsh, deadline);
        List<Image> images = new ArrayList<>();
        for (TemplateDisk disk : template.disks()) {
            Image image = Image.find(virsh, disk.source(), deadline);
            ImageContent.check(image, virsh.isLocal());
            images.add(image);
        }
        checkDisk(settings.hardware().disk(), images.getFirst());
        LOG.log(
                Level.INFO,
                () -> "machines at " + virsh.host() + " run "
                        + (template.isEmulated() ? "with an emulated processor" : "with KVM") + ", image "
                        + images.getFirst().path());
        return new Host(pool, template, List.copyOf(images));
    }

    private static void checkNetwork(Virsh virsh, String network, Deadline deadline)
            throws VirshException, InterruptedException {
        if (!virsh.call(deadline, "net-info", network).matches("(?s).*Active:\\s+yes.*")) {
            throw new VirshException(
                    Failure.INACTIVE_NETWORK, "the network '" + network + "' at " + virsh.host() + " is not active");
        }
    }

    private static void checkMemory(Virsh virsh, int mebibytes, Deadline deadline)
            throws VirshException, InterruptedException {
        Matcher memory = MEMORY.matcher(virsh.call(deadline, "nodeinfo"));
        if (memory.find() && mebibytes > (Long.parseLong(memory.group(1)) >> 10)) {
            throw new VirshException(
                    Failure.INVALID,
                    "option 'memory' is " + mebibytes + " MiB, but the host of " + virsh.host() + " has only "
                            + (Long.parseLong(memory.group(1)) >> 10) + " MiB");
        }
    }

    private static void checkDisk(long wanted, Image image) throws VirshException {
        if (wanted > 0 && wanted < image.size()) {
            throw new VirshException(
                    Failure.INVALID,
                    "option 'disk' is " + (wanted >> 20) + " MiB, but the image (" + image.source() + ") has "
                            + ((image.size() + (1 << 20) - 1) >> 20)
                            + " MiB: a disk can be larger than its image, but not smaller");
        }
    }

    private static DomainTemplate template(VirtSettings settings, Virsh virsh, Deadline deadline)
            throws VirshException, InterruptedException {
        VirtSettings.Template from = settings.template();
        String name = from.origin()
                .map(domain -> "domain '" + domain + "'")
                .or(() -> from.xml().map(file -> "the description " + file))
                .orElse("the default description");
        try {
            Optional<TemplateDisk.Source> image =
                    from.image().map(text -> source(text, settings.host().pool()));
            DomainTemplate template = DomainTemplate.of(description(settings, virsh, deadline), image)
                    .sized(settings.hardware().memoryMib(), settings.hardware().processors());
            return switch (settings.hardware().accelerator()) {
                case AUTO -> template;
                case KVM -> template.accelerated(true);
                case TCG -> template.accelerated(false);
            };
        } catch (XmlException e) {
            throw new VirshException(
                    Failure.INVALID, name + " cannot be the template of machines: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new VirshException(Failure.OTHER, "cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    private static TemplateDisk.Source source(String image, String pool) {
        return image.startsWith("/") ? new TemplateDisk.InFile(image) : new TemplateDisk.InPool(pool, image);
    }

    private static String description(VirtSettings settings, Virsh virsh, Deadline deadline)
            throws IOException, VirshException, InterruptedException {
        VirtSettings.Template from = settings.template();
        if (from.origin().isPresent()) {
            String domain = from.origin().get();
            String state = virsh.call(deadline, "domstate", domain);
            if (!state.equals("shut off")) {
                throw new VirshException(
                        Failure.INVALID,
                        "domain '" + domain + "' at " + virsh.host() + " is '" + state
                                + "': it must be shut off, as its clones share its disks");
            }
            return virsh.call(deadline, "dumpxml", domain, "--inactive", "--security-info");
        }
        if (from.xml().isPresent()) {
            return Files.readString(from.xml().get());
        }
        VirtSettings.Hardware hardware = settings.hardware();
        String capabilities = virsh.call(deadline, "capabilities");
        checkEmulator(hardware.arch(), capabilities, virsh);
        boolean kvm = switch (hardware.accelerator()) {
            case AUTO ->
                hardware.arch().isEmpty() && withoutKvm(virsh, capabilities).isEmpty();
            case KVM -> true;
            case TCG -> false;
        };
        return new DefaultDomain(kvm, hardware.arch(), hardware.uefi()).xml();
    }

    private static void checkEmulator(Optional<String> arch, String capabilities, Virsh virsh) throws VirshException {
        String wanted = arch.map(name -> "<arch name='" + name + "'").orElse("<os_type>hvm</os_type>");
        if (!capabilities.contains(wanted)) {
            throw new VirshException(
                    Failure.NO_EMULATOR,
                    "libvirt at " + virsh.host() + " finds no QEMU"
                            + arch.map(name -> " for the architecture '" + name + "'")
                                    .orElse(""));
        }
    }

    /** Returns why machines cannot have KVM: libvirt offers it although this user may not open its device. */
    private static Optional<String> withoutKvm(Virsh virsh, String capabilities) {
        if (!capabilities.contains("<domain type='kvm'")) {
            return Optional.of("libvirt offers no KVM");
        }
        if (!virsh.isLocal()) {
            return Optional.empty();
        }
        try (FileChannel _ = FileChannel.open(KVM, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of("this user may not open " + KVM);
        } catch (IOException e) {
            return Optional.of(KVM + " cannot be opened: " + e.getMessage());
        }
    }

    /**
     * Returns a notice if machines are slow because KVM cannot be used and the user has not chosen that.
     *
     * @throws VirshException if the host does not answer
     */
    static Optional<String> notice(VirtSettings settings, Virsh virsh, Deadline deadline)
            throws VirshException, InterruptedException {
        boolean chosen = settings.template().image().isEmpty()
                || settings.template().xml().isPresent()
                || settings.hardware().arch().isPresent()
                || settings.hardware().accelerator() != VirtSettings.Accelerator.AUTO;
        return chosen
                ? Optional.empty()
                : withoutKvm(virsh, virsh.call(deadline, "capabilities"))
                        .map(reason -> "virt: machines run with an emulated processor,"
                                + " about ten times as slow as with KVM, because " + reason
                                + ". Join the group of " + KVM
                                + " (usually 'kvm'), enable virtualization in the firmware of the"
                                + " host, or accept this with accel=tcg");
    }

    /** Returns the default for the longest time until a machine answers. */
    Duration bootWait() {
        return template.isEmulated() ? EMULATED : ACCELERATED;
    }

    /** Checks that nobody has changed the images since; waits for a daemon that is restarting. */
    void awaitImages(Deadline deadline) throws VirshException, InterruptedException {
        Deadline patience = deadline.orAfter(RESTART);
        while (true) {
            try {
                checkImages(deadline);
                return;
            } catch (VirshException e) {
                if (e.failure() != Failure.NO_DAEMON || patience.isExpired()) {
                    throw e;
                }
                LOG.log(Level.INFO, () -> "waiting for libvirt: " + e.getMessage());
            }
            Thread.sleep(patience.orAfter(PAUSE).remaining());
        }
    }

    private void checkImages(Deadline deadline) throws VirshException, InterruptedException {
        for (Image image : images) {
            image.checkUnchanged(pool.virsh(), deadline);
        }
    }

    /**
     * Returns the name of everything that the saved state of a machine depends on.
     *
     * @param credential as in {@link dev.atex.libvirt.domain.CloneSettings}
     * @param disk the least size of the first disk
     */
    String fingerprint(Optional<String> credential, long disk, Deadline deadline)
            throws VirshException, IOException, InterruptedException {
        Virsh virsh = pool.virsh();
        List<String> texts = new ArrayList<>(List.of(
                template.state(credential), Long.toString(disk), images.toString(), virsh.call(deadline, "version")));
        for (String file : template.bootFiles()) {
            Path path = Path.of(file);
            texts.add(file + " " + Files.size(path) + " " + Files.getLastModifiedTime(path));
        }
        try {
            texts.add(Fingerprint.processor(virsh.call(deadline, "capabilities")));
        } catch (XmlException e) {
            throw new VirshException(Failure.OTHER, "cannot read 'virsh capabilities': " + e.getMessage(), e);
        }
        return Fingerprint.of(texts);
    }

    /** Returns the machine of a lease. */
    LeasedMachine machine(String leaseId) {
        return new LeasedMachine(pool, leaseId, images.size(), template.hasNvram());
    }
}
