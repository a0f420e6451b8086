package dev.atex.libvirt.storage;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import dev.atex.libvirt.virsh.Virsh;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.w3c.dom.Element;

/**
 * A pool whose volumes are files in a directory of the host. Immutable and thread-safe.
 *
 * @param virsh the host
 * @param name the name of the pool
 * @param directory the path of the directory on the host
 */
public record Pool(Virsh virsh, String name, String directory) {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");
    private static final List<String> TYPES = List.of("dir", "fs", "netfs");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /**
     * Looks for an active pool.
     *
     * @throws VirshException if there is none with this name, or if its volumes are not files
     */
    public static Pool find(Virsh virsh, String name, Deadline deadline) throws VirshException, InterruptedException {
        String xml = virsh.call(deadline, "pool-dumpxml", name);
        if (!virsh.call(deadline, "pool-info", name).matches("(?s).*State:\\s+running.*")) {
            throw new VirshException(
                    Failure.INACTIVE_POOL,
                    "the pool '" + name + "' at " + virsh.host() + " is not active: start it with 'virsh pool-start "
                            + name + "'");
        }
        try {
            Element pool = Xml.parse(xml, "pool");
            if (!TYPES.contains(pool.getAttribute("type"))) {
                throw new VirshException(
                        Failure.INVALID,
                        "the pool '" + name + "' at " + virsh.host() + " is of type '" + pool.getAttribute("type")
                                + "': overlays need a pool of one of the types " + String.join(", ", TYPES));
            }
            return new Pool(
                    virsh,
                    name,
                    Xml.value(pool, "target", "path").orElseThrow(() -> new XmlException("it has no target path")));
        } catch (XmlException e) {
            throw new VirshException(
                    Failure.OTHER, "cannot read the description of pool '" + name + "': " + e.getMessage(), e);
        }
    }

    /** Returns the path of a volume on the host. */
    public String path(String volume) {
        return directory + "/" + volume;
    }

    /**
     * Creates a volume whose content is that of an image until something is written to it.
     *
     * @param size in bytes; at least that of the image
     * @throws VirshException also if the volume exists already
     */
    public void createOverlay(String volume, Image image, long size, Deadline deadline)
            throws VirshException, InterruptedException {
        Element root = description(volume, Math.max(size, image.size()), "qcow2");
        Element backing = Xml.add(root, "backingStore");
        Xml.add(backing, "path").setTextContent(image.path());
        Xml.add(backing, "format", "type", image.format());
        create(root, deadline);
    }

    /** Creates a volume without content. */
    public void createEmpty(String volume, Deadline deadline) throws VirshException, InterruptedException {
        create(description(volume, 0, "raw"), deadline);
    }

    /**
     * Creates a volume for the disk of a machine.
     *
     * @param size in bytes
     */
    public void createDisk(String volume, long size, String format, Deadline deadline)
            throws VirshException, InterruptedException {
        create(description(volume, size, format), deadline);
    }

    /**
     * Creates a volume with the content of a file of this host.
     *
     * @throws VirshException also if the content of volumes can be written by the daemon only
     */
    public void createCopy(String volume, Path file, Deadline deadline) throws VirshException, InterruptedException {
        createEmpty(volume, deadline);
        String failure;
        try {
            ProgramCall call =
                    ProgramCall.start(new ProcessBuilder("cp", "--reflink=auto", "--", file.toString(), path(volume)));
            try {
                Optional<ProgramCall.Result> result = call.await(deadline);
                if (result.isPresent() && result.get().exitCode() == 0) {
                    return;
                }
                failure = result.map(ended -> ended.err().strip()).orElse("it did not end in time");
            } finally {
                if (call.isRunning()) {
                    call.kill();
                }
            }
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        }
        throw new VirshException(Failure.OTHER, "cannot copy " + file + " to " + path(volume) + ": " + failure);
    }

    private void create(Element root, Deadline deadline) throws VirshException, InterruptedException {
        virsh.callWith(Xml.text(root), deadline, "vol-create", name, "/dev/stdin");
    }

    private static Element description(String volume, long size, String format) {
        Element root = Xml.create("volume");
        Xml.setValue(root, "name", volume);
        Xml.add(root, "capacity", "unit", "bytes").setTextContent(Long.toString(size));
        Xml.setValue(root, "allocation", "0");
        Xml.add(Xml.add(root, "target"), "format", "type", format);
        return root;
    }

    /** Returns whether a volume exists. */
    public boolean has(String volume, Deadline deadline) throws VirshException, InterruptedException {
        try {
            virsh.call(deadline, "vol-path", "--pool", name, volume);
            return true;
        } catch (VirshException e) {
            if (e.failure() == Failure.NO_VOLUME) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Deletes a volume, and returns when it does not exist. Calls that fail are repeated, as a pool may be busy.
     *
     * @throws VirshException if the deadline expires first
     */
    public void delete(String volume, Deadline deadline) throws VirshException, InterruptedException {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                virsh.call(deadline, "vol-delete", "--pool", name, volume);
                continue;
            } catch (VirshException e) {
                if (e.failure() == Failure.NO_VOLUME) {
                    return;
                }
                if (deadline.isExpired() || e.failure().isPermanent()) {
                    throw e;
                }
                LOG.log(Level.INFO, () -> "deleting volume " + volume + " again: " + e.getMessage());
            }
            Thread.sleep(deadline.orAfter(pause).remaining());
        }
    }

    /** Returns the content of a volume, which must be small. */
    public byte[] read(String volume, Deadline deadline) throws VirshException, InterruptedException {
        try {
            Path file = Path.of(path(volume));
            if (virsh.isLocal() && Files.isReadable(file)) {
                return Files.readAllBytes(file);
            }
            Path copy = Files.createTempFile("atex-volume-", "");
            try {
                virsh.call(deadline, "vol-download", "--pool=" + name, "--vol=" + volume, "--file=" + copy);
                return Files.readAllBytes(copy);
            } finally {
                Files.delete(copy);
            }
        } catch (IOException e) {
            throw new VirshException(Failure.OTHER, "cannot read volume '" + volume + "': " + e.getMessage(), e);
        }
    }

    /** Returns the names of the volumes. */
    public List<String> volumes(Deadline deadline) throws VirshException, InterruptedException {
        String before = directory + "/";
        return virsh.call(deadline, "vol-list", name)
                .lines()
                .filter(line -> line.contains(before))
                .map(line -> line.substring(line.lastIndexOf(before) + before.length()))
                .toList();
    }

    /** Returns the description of a volume; empty if there is none with this name. */
    public Optional<Volume> volume(String volume, Deadline deadline) throws VirshException, InterruptedException {
        try {
            return Optional.of(Volume.read(virsh.call(deadline, "vol-dumpxml", "--pool=" + name, "--vol=" + volume)));
        } catch (VirshException e) {
            if (e.failure() == Failure.NO_VOLUME) {
                return Optional.empty();
            }
            throw e;
        } catch (XmlException e) {
            throw new VirshException(
                    Failure.OTHER, "cannot read the description of volume '" + volume + "': " + e.getMessage(), e);
        }
    }

    /**
     * Gives the content of a volume a second name. At once where this process can write to the directory; otherwise libvirt
     * copies it, and others see the new volume before it is whole. The first name stays.
     *
     * @throws VirshException also if the second name exists
     */
    public void publish(String volume, String as, Deadline deadline) throws VirshException, InterruptedException {
        if (virsh.isLocal() && isLinked(volume, as)) {
            refresh(deadline);
            return;
        }
        refresh(deadline); // detects the format
        virsh.callLong(deadline, "vol-clone", "--pool=" + name, "--vol=" + volume, "--newname=" + as);
    }

    private boolean isLinked(String volume, String as) throws VirshException {
        try {
            Files.createLink(Path.of(path(as)), Path.of(path(volume)));
            return true;
        } catch (FileAlreadyExistsException e) {
            throw new VirshException(Failure.EXISTS, "the pool '" + name + "' has a volume '" + as + "' already", e);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.log(Level.DEBUG, () -> "copying " + volume + ", as it cannot be renamed: " + e.getMessage());
            return false;
        }
    }

    /**
     * Reads the directory again: files that QEMU has created become volumes. libvirt refuses this while something is uploaded or
     * copied; then it is repeated until the deadline.
     */
    public void refresh(Deadline deadline) throws VirshException, InterruptedException {
        for (Duration pause = FIRST_PAUSE; ; pause = longer(pause)) {
            try {
                virsh.call(deadline, "pool-refresh", name);
                return;
            } catch (VirshException e) {
                if (!String.valueOf(e.getMessage()).contains("asynchronous jobs") || deadline.isExpired()) {
                    throw e;
                }
            }
            Thread.sleep(deadline.orAfter(pause).remaining());
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
