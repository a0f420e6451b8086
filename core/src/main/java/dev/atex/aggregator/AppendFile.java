package dev.atex.aggregator;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonBytes;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows by transactions: {@link #append}s, then {@link #commit} or {@link #rollBack}. Used by one thread at a
 * time, but for {@link #force}.
 */
final class AppendFile implements AutoCloseable {
    private final Object forcing = new Object();
    private final Path path;

    /** Device and inode: another file of this name is not the one that is written. */
    private final Object identity;

    private final Force force;

    /** At the pointer of the file, of which it is a part: one for all appends, since the file keeps each. */
    private final OutputStream atPointer;

    /** Not a channel: an interrupt of one writing thread must not close the file under all others. */
    private volatile @Nullable RandomAccessFile file;

    private volatile long committed;
    private long written;
    private boolean spoilt;
    private long forced;

    /** After one failed force the kernel may have dropped what was to be written, and the next force succeeds all the same. */
    private volatile @Nullable IOException unforced;

    private AppendFile(Path path, Object identity, RandomAccessFile file, long committed, Force force)
            throws IOException {
        this.path = path;
        this.identity = identity;
        this.force = force;
        this.file = file;
        this.atPointer = new FileOutputStream(file.getFD());
        this.committed = committed;
        this.written = committed;
    }

    /** Opens a file, made if missing, behind its last whole line. */
    static AppendFile open(Path path) throws IOException {
        return open(path, FileDescriptor::sync);
    }

    /** How what was written gets to the platter. */
    @FunctionalInterface
    interface Force {
        void force(FileDescriptor file) throws IOException;
    }

    /** As the other one, for tests whose disk fails. */
    static AppendFile open(Path path, Force force) throws IOException {
        RegularFiles.check(path);
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        try {
            long end = endOfLastLine(opened);
            opened.setLength(end);
            return new AppendFile(path, RegularFiles.identity(path), opened, end, force);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** What is appended to a file that was removed or replaced is lost. */
    private void requireInPlace() throws IOException {
        try {
            if (!identity.equals(RegularFiles.identity(path))) {
                throw new IOException(path + " was replaced by something else while it was being written");
            }
        } catch (NoSuchFileException e) {
            throw new IOException(path + " was removed while it was being written", e);
        }
    }

    static long endOfLastLine(RandomAccessFile opened) throws IOException {
        byte[] block = new byte[8192];
        for (long end = opened.length(); end > 0; ) {
            long from = Math.max(0, end - block.length);
            opened.seek(from);
            opened.readFully(block, 0, (int) (end - from));
            for (int i = (int) (end - from) - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    void append(JsonBytes lines) throws IOException {
        RandomAccessFile open = opened();
        if (unforced != null) {
            throw lost(unforced);
        }
        requireInPlace();
        if (spoilt) {
            cutBack(open);
        }
        spoilt = true; // unless all goes well
        open.seek(written);
        lines.writeTo(atPointer);
        written += lines.size();
        spoilt = false;
    }

    /** Whether nothing was appended since the last commit. */
    boolean isSettled() {
        return !spoilt && written == committed;
    }

    void commit() {
        committed = written;
    }

    /** What was appended since the last commit is taken back, now or before the next append. */
    void rollBack() throws IOException {
        written = committed;
        spoilt = true;
        cutBack(opened());
    }

    private void cutBack(RandomAccessFile open) throws IOException {
        open.setLength(committed);
        written = committed;
        spoilt = false;
    }

    /** Bytes up to the last commit. */
    long size() {
        return committed;
    }

    /**
     * Returns when everything that was committed before the call is on the platter. One of several threads that wait forces
     * what all of them have committed.
     */
    void force() throws IOException {
        long wanted = committed;
        synchronized (forcing) {
            if (forced < wanted) {
                forceAll();
            }
        }
    }

    private void forceAll() throws IOException {
        IOException earlier = unforced;
        if (earlier != null) {
            throw lost(earlier);
        }
        long reached = committed;
        try {
            force.force(opened().getFD());
        } catch (IOException e) {
            unforced = e;
            throw e;
        }
        requireInPlace();
        forced = reached;
    }

    private IOException lost(IOException earlier) {
        return new IOException(
                "an earlier write of " + path + " did not get to the disk (" + FileProblems.of(earlier)
                        + "), and what was written since may be lost with it",
                earlier);
    }

    private RandomAccessFile opened() throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            throw new IOException("not open");
        }
        return open;
    }

    /** Closes the file, forced. Idempotent. */
    @Override
    public void close() throws IOException {
        synchronized (forcing) {
            RandomAccessFile open = file;
            if (open != null) {
                file = null;
                try (open) {
                    IOException earlier = unforced;
                    if (earlier != null) {
                        throw lost(earlier);
                    }
                    force.force(open.getFD());
                    forced = committed;
                }
            }
        }
    }
}
