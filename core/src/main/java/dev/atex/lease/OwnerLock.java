package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Held by the process that may act on a thing with a name: on a ledger by its run as long as that lives, then by one reaper
 * at a time. The operating system gives it back when the process ends, however that is.
 *
 * <p>One byte of a file that stays, where in it depends on the name. Were there a file for each name, to be deleted with
 * what it is about, then one who has opened it before could lock what is deleted, while another locks its successor.
 */
final class OwnerLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Files in which this process has locks. A second channel on one of them would, when it is closed, lose all of these. */
    private static final Map<Path, LockFile> FILES = new HashMap<>();

    private final Path path;
    private final FileLock lock;

    private OwnerLock(Path path, FileLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** An open file, and the bytes of it that are locked. */
    private record LockFile(FileChannel channel, Set<Long> positions) {}

    /** Takes it, unless another process, or this one, has it. Makes the file if there is none. */
    static Optional<OwnerLock> tryTake(Path path, String name) throws IOException {
        long position = position(name);
        synchronized (FILES) {
            LockFile file = FILES.get(path);
            if (file == null) {
                file = new LockFile(
                        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE), new HashSet<>());
                FILES.put(path, file);
            }
            try {
                FileLock lock = file.channel().tryLock(position, 1, false);
                if (lock == null) {
                    return Optional.empty();
                }
                file.positions().add(position);
                return Optional.of(new OwnerLock(path, lock));
            } catch (OverlappingFileLockException e) {
                return Optional.empty();
            } finally {
                closeIfUnused(path, file);
            }
        }
    }

    /** Two names with the same one are as likely as two random UUIDs that are equal in this half. */
    private static long position(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits() >>> 2;
    }

    private static void closeIfUnused(Path path, LockFile file) throws IOException {
        if (file.positions().isEmpty()) {
            FILES.remove(path);
            file.channel().close();
        }
    }

    /** The same, waiting for its owner to end. The kernel tells nobody when a lock gets free: look again. */
    static Optional<OwnerLock> take(Path path, String name, Deadline deadline)
            throws IOException, InterruptedException {
        while (true) {
            Optional<OwnerLock> lock = tryTake(path, name);
            if (lock.isPresent() || deadline.isExpired()) {
                return lock;
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining());
        }
    }

    /** Gives it back. Idempotent. */
    @Override
    public void close() throws IOException {
        synchronized (FILES) {
            LockFile file = FILES.get(path);
            if (file != null && lock.isValid()) {
                lock.release();
                file.positions().remove(lock.position());
                closeIfUnused(path, file);
            }
        }
    }
}
