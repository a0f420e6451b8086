package dev.atex.results;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.LastLine;
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
 * A file that grows by transactions: {@link #append}s, then {@link #commit} or {@link #rollBack}. Only {@link #force} is
 * thread-safe.
 */
final class AppendFile implements AutoCloseable {
    private final Object forcing = new Object();
    private final Path path;

    /** Device and inode, to notice that somebody replaced the file. */
    private final Object identity;

    private final Force force;

    /** Writes at the file pointer. One for all appends, because the file would keep a reference to each. */
    private final OutputStream atPointer;

    /** Not a channel: an interrupt of one thread would close it for all others. */
    private volatile @Nullable RandomAccessFile file;

    private volatile long committed;
    private long written;
    private boolean dirty;
    private long forced;

    /** The first failure of a force: the kernel may then drop the data, and the next force succeeds all the same. */
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

    /** Opens a file behind its last complete line; creates a missing file. */
    static AppendFile open(Path path) throws IOException {
        return open(path, FileDescriptor::sync);
    }

    /** Writes the data of a file to the disk. */
    @FunctionalInterface
    interface Force {
        void force(FileDescriptor file) throws IOException;
    }

    /** Opens a file whose disk can fail, for tests. */
    static AppendFile open(Path path, Force force) throws IOException {
        RegularFiles.check(path);
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        try {
            long end = LastLine.end(opened);
            opened.setLength(end);
            return new AppendFile(path, RegularFiles.identity(path), opened, end, force);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Lines that are appended to a removed or replaced file would be lost. */
    private void requireInPlace() throws IOException {
        try {
            if (!identity.equals(RegularFiles.identity(path))) {
                throw new IOException(path + " was replaced by something else while it was being written");
            }
        } catch (NoSuchFileException e) {
            throw new IOException(path + " was removed while it was being written", e);
        }
    }

    Path path() {
        return path;
    }

    void append(JsonBytes lines) throws IOException {
        RandomAccessFile open = opened();
        if (unforced != null) {
            throw lost(unforced);
        }
        requireInPlace();
        if (dirty) {
            cutBack(open);
        }
        dirty = true; // unless all goes well
        open.seek(written);
        lines.writeTo(atPointer);
        written += lines.size();
        dirty = false;
    }

    /** Keeps everything that was appended. */
    void commit() {
        committed = written;
    }

    /** Removes everything that was appended since the last commit; if that fails, the next append does it. */
    void rollBack() throws IOException {
        written = committed;
        dirty = true;
        cutBack(opened());
    }

    private void cutBack(RandomAccessFile open) throws IOException {
        open.setLength(committed);
        written = committed;
        dirty = false;
    }

    /** Returns the number of bytes up to the last commit. */
    long size() {
        return committed;
    }

    /**
     * Returns when everything that was committed before the call is on the disk. Of several waiting threads, one forces the
     * data of all.
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
                "an earlier write of " + path + " did not reach the disk (" + FileProblems.of(earlier)
                        + "), and later writes may be lost with it",
                earlier);
    }

    private RandomAccessFile opened() throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            throw new IOException("not open");
        }
        return open;
    }

    /** Forces the file to disk and closes it. Idempotent. */
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
