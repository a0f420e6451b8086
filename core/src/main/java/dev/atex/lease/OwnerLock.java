package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Held by the process that may act on a ledger: by its run as long as that lives, then by one reaper at a time. The
 * operating system gives it back when the process ends, however that is.
 */
final class OwnerLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Locks are the process's: closing another channel on the same file would lose one. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private OwnerLock(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Takes it, unless another process, or this one, has it. */
    static Optional<OwnerLock> tryTake(Path path) throws IOException {
        if (!HELD.add(path)) {
            return Optional.empty();
        }
        boolean taken = false;
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            taken = lock != null;
            return taken ? Optional.of(new OwnerLock(path, channel)) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } finally {
            if (!taken) {
                HELD.remove(path);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** The same, waiting for its owner to end. The kernel tells nobody when a lock gets free: look again. */
    static Optional<OwnerLock> take(Path path, Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            Optional<OwnerLock> lock = tryTake(path);
            if (lock.isPresent() || deadline.isExpired()) {
                return lock;
            }
            Thread.sleep(deadline.orAfter(PAUSE).remaining());
        }
    }

    /** Gives it back. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(path);
        }
    }

    /** Gives it back for good: there is no ledger any more. */
    void closeAndDelete() throws IOException {
        Files.deleteIfExists(path);
        close();
    }
}
