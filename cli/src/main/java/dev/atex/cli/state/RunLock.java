package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.internal.files.RegularFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Held by the process that runs a run, so that others can tell whether it is alive: the system lets go of it with the
 * process, however that ends. The file is opened by nothing else: closing any descriptor of it would let go too.
 *
 * <p>Two bytes of the file: the second is locked by those who run it, so that they exclude each other at once; the first
 * too, and for a moment, shared, by those who only look, whom the owner waits for.
 */
public final class RunLock implements AutoCloseable {
    static final String FILE = "run.lock";
    private static final long LIFE = 0;
    private static final long OWNER = 1;

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of a run directory. */
    public static RunLock take(RunDirectory directory) throws UsageException {
        Path file = directory.path().resolve(FILE);
        FileChannel channel = null;
        try {
            channel = RegularFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isOwner(channel) && channel.lock(LIFE, 1, false).isValid()) {
                RunLock lock = new RunLock(channel);
                channel = null;
                return lock;
            }
            throw new UsageException("run " + directory.id() + " is still running: see 'atex runs', and 'atex stop "
                    + directory.id() + "'");
        } catch (IOException e) {
            throw new UsageException("cannot lock " + file + ": " + ErrorText.of(e), e);
        } finally {
            close(channel);
        }
    }

    private static boolean isOwner(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(OWNER, 1, false) != null;
        } catch (OverlappingFileLockException e) { // this process is
            return false;
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

    /** Returns whether a process runs the run of this directory. */
    public static boolean isHeld(Path directory) {
        Path file = directory.resolve(FILE);
        if (!RegularFiles.is(file)) {
            return false;
        }
        try (FileChannel channel = RegularFiles.read(file);
                FileLock lock = channel.tryLock(LIFE, 1, true)) {
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
