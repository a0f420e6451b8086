package dev.atex.cli;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Held by the process that runs a run, so that others can tell whether it is alive: the system lets go of it with the
 * process, however that ends. The file is opened by nothing else: closing any descriptor of it would let go too.
 */
final class RunLock implements AutoCloseable {
    static final String FILE = "run.lock";

    /** Whoever only looks holds it for a moment. */
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of a run directory. */
    static RunLock take(RunDirectory directory) throws UsageException, InterruptedException {
        Path file = directory.path().resolve(FILE);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(channel)) {
                RunLock lock = new RunLock(channel);
                channel = null;
                return lock;
            }
            throw new UsageException("run " + directory.id() + " is still running: see 'atex runs', and 'atex stop "
                    + directory.id() + "'");
        } catch (IOException e) {
            throw new UsageException("cannot lock " + file + ": " + Reasons.of(e), e);
        } finally {
            close(channel);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException, InterruptedException {
        try (TaskScope scope = TaskScope.open("run lock")) {
            TaskScope.Task<FileLock> task = scope.fork("lock", channel::lock);
            return task.join(Deadline.after(MOMENT)).isValid();
        } catch (TimeoutException | OverlappingFileLockException e) {
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OverlappingFileLockException) {
                return false;
            }
            throw e.getCause() instanceof IOException problem ? problem : new IOException(e.getCause());
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // nothing was written
        }
    }

    /** Whether a process other than this one runs the run of this directory. */
    static boolean isHeld(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false; // it belongs to somebody else, or is gone
        }
    }

    @Override
    public void close() {
        close(channel);
    }
}
