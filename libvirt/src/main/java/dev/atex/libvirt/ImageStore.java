package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.libvirt.domain.DiskPaths;
import dev.atex.libvirt.storage.ImageHeader;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.storage.Volume;
import dev.atex.libvirt.virsh.Upload;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.System.Logger.Level;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The images of a pool: all volumes, except those of machines. */
public final class ImageStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}");
    /** Volumes of machines, and of ATEX itself. */
    private static final String OWN = "atex-";

    private static final int SECTOR = 512;
    private static final Duration REFRESH = Duration.ofSeconds(3);
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    private final Pool pool;

    private ImageStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * A checksum of an image.
     *
     * @param algorithm {@code SHA-256} or {@code SHA-512}
     * @param hex the value, in lower case
     */
    public record Checksum(String algorithm, String hex) {}

    /**
     * Looks for the pool.
     *
     * @throws VirshException if it does not exist, or cannot have images
     */
    public static ImageStore open(VirtAddress address, Deadline deadline) throws VirshException, InterruptedException {
        Pool pool = address.find(deadline);
        try {
            pool.refresh(deadline.orAfter(REFRESH)); // files that were copied into the directory
        } catch (VirshException e) {
            LOG.log(
                    Level.INFO,
                    () -> "new files of the pool may not be known: " + e.getMessage()); // an upload is running
        }
        return new ImageStore(pool);
    }

    /** Returns whether this can be the name of an image: others have a meaning for libvirt, options or file systems. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.startsWith(OWN);
    }

    /** Returns all images, ordered by name. */
    public List<StoredImage> list(Deadline deadline) throws VirshException, InterruptedException {
        List<Volume> volumes = volumes(deadline);
        Map<String, List<String>> domains = domains(deadline);
        List<StoredImage> images = new ArrayList<>();
        for (Volume each : volumes) {
            if (!each.name().startsWith(OWN)) {
                images.add(image(each, volumes, domains));
            }
        }
        return List.copyOf(images);
    }

    private List<Volume> volumes(Deadline deadline) throws VirshException, InterruptedException {
        List<Volume> volumes = new ArrayList<>();
        for (String name : pool.volumes(deadline).stream().sorted().toList()) {
            pool.volume(name, deadline).ifPresent(volumes::add); // those of machines come and go
        }
        return volumes;
    }

    private static StoredImage image(Volume volume, List<Volume> all, Map<String, List<String>> domains) {
        return new StoredImage(
                volume.name(),
                volume.format(),
                volume.size(),
                volume.allocated(),
                all.stream()
                        .filter(other -> other.backing().equals(Optional.of(volume.path())))
                        .map(Volume::name)
                        .toList(),
                domains.getOrDefault(volume.path(), List.of()));
    }

    /** Returns the names of domains by the paths of the files that they use. */
    private Map<String, List<String>> domains(Deadline deadline) throws VirshException, InterruptedException {
        Map<String, List<String>> users = new HashMap<>();
        for (String domain :
                pool.virsh().call(deadline, "list", "--all", "--name").lines().toList()) {
            if (domain.isBlank()) {
                continue;
            }
            try {
                String xml = pool.virsh().call(deadline, "dumpxml", "--domain=" + domain);
                for (String path : DiskPaths.of(xml, pool.name(), pool.directory())) {
                    users.computeIfAbsent(path, _ -> new ArrayList<>()).add(domain);
                }
            } catch (VirshException e) {
                if (e.failure() != Failure.NO_DOMAIN) { // it has ended meanwhile
                    throw e;
                }
            }
        }
        return users;
    }

    /**
     * Deletes an image.
     *
     * @throws VirshException if there is none with this name, or if something uses it
     */
    public void remove(String name, Deadline deadline) throws VirshException, InterruptedException {
        List<StoredImage> images = list(deadline);
        StoredImage image = images.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new VirshException(
                        Failure.NO_VOLUME,
                        "there is no image '" + name + "' in pool '" + pool.name() + "' at "
                                + pool.virsh().host()));
        if (image.isUsed()) {
            throw new VirshException(Failure.EXISTS, "image '" + name + "' is in use: " + users(image));
        }
        pool.delete(name, deadline);
    }

    private static String users(StoredImage image) {
        List<String> users = new ArrayList<>();
        if (!image.overlays().isEmpty()) {
            users.add("these volumes are overlays of it: " + String.join(", ", image.overlays()));
        }
        if (!image.domains().isEmpty()) {
            users.add("these domains use it: " + String.join(", ", image.domains()));
        }
        return String.join("; ", users);
    }

    /**
     * Checks that an image can get this name.
     *
     * @throws VirshException if the pool has a volume with this name
     */
    public void checkFree(String name, Deadline deadline) throws VirshException, InterruptedException {
        checkFree(pool, name, deadline);
    }

    static void checkFree(Pool pool, String name, Deadline deadline) throws VirshException, InterruptedException {
        if (pool.has(name, deadline)) {
            throw new VirshException(
                    Failure.EXISTS,
                    "the pool '" + pool.name() + "' at " + pool.virsh().host() + " has a volume '" + name
                            + "' already: machines may use it, so a new version needs a new name");
        }
    }

    /**
     * Adds an image. It appears under its name when it is complete; until then it is a volume of a lease.
     *
     * @param name its name; see {@link #isName}
     * @param content the bytes of a qcow2 or raw image; the caller closes it
     * @param checksum the expected checksum
     * @return the image, and the checksum of its bytes
     * @throws IOException if reading the content fails, or it is not an image, or not the expected one
     */
    public Added add(String name, InputStream content, Optional<Checksum> checksum, LeaseLog leases, Deadline deadline)
            throws IOException, VirshException, LeaseException, InterruptedException {
        checkFree(name, deadline);
        MessageDigest digest = digest(checksum.map(Checksum::algorithm).orElse("SHA-256"));
        DigestInputStream digested = new DigestInputStream(content, digest);
        byte[] first = digested.readNBytes(ImageHeader.SIZE);
        String format = ImageHeader.format(first);
        Counting whole = new Counting(new SequenceInputStream(new ByteArrayInputStream(first), digested));
        return LeasedWork.<Added, IOException>run(pool, leases, false, 0, "raw", deadline, temporary -> {
            Upload.run(pool.virsh(), pool.name(), temporary.overlay(0), whole, deadline);
            if (format.equals("raw") && whole.count % SECTOR != 0) {
                throw new IOException("it is neither a qcow2 nor a raw image: a disk has whole sectors of " + SECTOR
                        + " bytes, and this has " + whole.count + " bytes");
            }
            Checksum found = new Checksum(digest.getAlgorithm(), HexFormat.of().formatHex(digest.digest()));
            if (checksum.isPresent() && !checksum.get().equals(found)) {
                throw new IOException("its checksum is " + found.hex() + ", not "
                        + checksum.get().hex() + ": it is damaged, or another version");
            }
            CrashPoints.reached("virt before image");
            pool.publish(temporary.overlay(0), name, deadline);
            CrashPoints.reached("virt after image");
            Volume volume = pool.volume(name, deadline)
                    .orElseThrow(() -> new VirshException(Failure.OTHER, "the new image '" + name + "' is gone"));
            if (!volume.format().equals(format)) {
                throw new VirshException(
                        Failure.OTHER,
                        "libvirt takes the new image '" + name + "' for " + volume.format() + ", not " + format);
            }
            return new Added(image(volume, List.of(), Map.of()), found);
        });
    }

    /** An image that was added, and its checksum. */
    public record Added(StoredImage image, Checksum checksum) {}

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts the bytes that were read. */
    private static final class Counting extends FilterInputStream {
        /** Written by one thread, and read by another after the upload. */
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int read = super.read(to, offset, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
