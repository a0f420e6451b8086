package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.RegularFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A lock that a process holds as long as it owns something, so that others can tell whether the owner is alive: the run
 * holds the locks of its directory and of its ledger, then one reaper at a time the latter. The operating system releases
 * it when the process ends, in any way.
 *
 * <p>It locks one byte of a file that stays: a given one, or one that a name determines. With one file per name, deleted
 * with its resource, a process that opened the file earlier could lock the deleted file while another one locks its
 * successor. If somebody replaces the file, there are two locks until {@link #refresh}.
 *
 * <p>Only this class opens the file. On POSIX, a process that closes any channel of a file releases all of its locks on the
 * file, so a process that has a lock uses one channel for everything.
 */
public final class OwnerLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Files in which this process has locks, by their keys. Closing a second channel on one would release all of its locks. */
    private static final Map<Object, LockFile> FILES = new HashMap<>();

    private final Path path;
    private final long position;

    /** More than one after the file was replaced; the last one is in the current file. */
    private final List<Held> held;

    private OwnerLock(Path path, long position, Held first) {
        this.path = path;
        this.position = position;
        held = new ArrayList<>(List.of(first));
    }

    /** An open file and its locked bytes. */
    private record LockFile(Object key, FileChannel channel, Set<Long> positions) {}

    private record Held(LockFile file, FileLock lock) {
        void release() throws IOException {
            if (lock.isValid()) {
                lock.release();
                file.positions().remove(lock.position());
                closeIfUnused(file);
            }
        }
    }

    /** Takes the lock, unless this or another process has it. Creates the file if there is none. */
    static Optional<OwnerLock> tryTake(Path path, String name) throws IOException {
        return tryTake(path, position(name));
    }

    /**
     * Takes the lock of one byte, unless this or another process has it. Creates the file if there is none.
     *
     * @param position the offset of the byte
     */
    public static Optional<OwnerLock> tryTake(Path path, long position) throws IOException {
        synchronized (FILES) {
            return tryHold(path, position).map(first -> new OwnerLock(path, position, first));
        }
    }

    /**
     * Returns whether this or another process has the lock of one byte. Releases no lock, and creates no file. Other
     * processes cannot take the lock during the call.
     *
     * @param position the offset of the byte
     */
    public static boolean isHeld(Path path, long position) throws IOException {
        synchronized (FILES) {
            Optional<Object> key = key(path);
            if (key.isEmpty()) {
                return false;
            }
            LockFile known = FILES.get(key.get());
            if (known != null) {
                return known.positions().contains(position) || isHeld(known.channel(), position);
            }
            try (FileChannel channel = RegularFiles.read(path)) {
                return isHeld(channel, position);
            }
        }
    }

    private static boolean isHeld(FileChannel channel, long position) throws IOException {
        try (FileLock lock = channel.tryLock(position, 1, true)) {
            return lock == null;
        }
    }

    private static Optional<Held> tryHold(Path path, long position) throws IOException {
        while (true) {
            LockFile file = open(path);
            Optional<Held> held = tryHold(file, position);
            if (held.isEmpty() || key(path).filter(file.key()::equals).isPresent()) {
                return held;
            }
            held.get().release(); // in a file that was just replaced
        }
    }

    private static Optional<Held> tryHold(LockFile file, long position) throws IOException {
        try {
            FileLock lock = file.channel().tryLock(position, 1, false);
            if (lock == null) {
                return Optional.empty();
            }
            file.positions().add(position);
            return Optional.of(new Held(file, lock));
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } finally {
            closeIfUnused(file);
        }
    }

    private static LockFile open(Path path) throws IOException {
        while (true) {
            Optional<Object> key = key(path);
            LockFile known = key.map(FILES::get).orElse(null);
            if (known != null) {
                return known;
            }
            FileChannel channel = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ, // isHeld needs it
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            if (key.isPresent() && key.equals(key(path))) { // the opened file has this key
                LockFile file = new LockFile(key.get(), channel, new HashSet<>());
                FILES.put(file.key(), file);
                return file;
            }
            channel.close();
        }
    }

    /** Returns device and inode of the current file. */
    private static Optional<Object> key(Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                throw new IOException(path + " is not a regular file: remove it");
            }
            return Optional.of(Objects.requireNonNull(attributes.fileKey(), "a file system without inodes"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the offset for a name: collisions are as likely as random UUIDs with one equal half. */
    private static long position(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits() >>> 2;
    }

    private static void closeIfUnused(LockFile file) throws IOException {
        if (file.positions().isEmpty()) {
            FILES.remove(file.key());
            file.channel().close();
        }
    }

    /** Takes the lock, and waits for its owner to end. */
    static Optional<OwnerLock> take(Path path, String name, Deadline deadline)
            throws IOException, InterruptedException {
        return take(path, position(name), deadline);
    }

    /**
     * Takes the lock of one byte, and waits for its owner to end. The kernel does not notify anybody about a released lock:
     * look again.
     *
     * @param position the offset of the byte
     * @return empty if the deadline expired
     */
    public static Optional<OwnerLock> take(Path path, long position, Deadline deadline)
            throws IOException, InterruptedException {
        while (true) {
            Optional<OwnerLock> lock = tryTake(path, position);
            if (lock.isPresent() || deadline.isExpired()) {
                return lock;
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining());
        }
    }

    /**
     * If somebody has removed or replaced the file, takes the lock in the current file too, and creates the file if needed.
     *
     * @return false if another process has the lock there
     */
    boolean refresh() throws IOException {
        synchronized (FILES) {
            if (held.isEmpty()
                    || key(path).filter(held.getLast().file().key()::equals).isPresent()) {
                return true;
            }
            Optional<Held> now = tryHold(path, position);
            now.ifPresent(held::add);
            return now.isPresent();
        }
    }

    /** Releases the lock. Idempotent. */
    @Override
    public void close() throws IOException {
        synchronized (FILES) {
            while (!held.isEmpty()) {
                held.removeLast().release();
            }
        }
    }
}
