package dev.atex.aggregator;

import dev.atex.json.JsonBytes;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that grows by transactions: {@link #append}s, then {@link #commit} or {@link #rollBack}. Used by one thread at a
 * time, but for {@link #force}.
 */
final class AppendFile implements AutoCloseable {
    private final Object forcing = new Object();

    /** Not a channel: an interrupt of one writing thread must not close the file under all others. */
    private volatile @Nullable RandomAccessFile file;

    private volatile long committed;
    private long written;
    private boolean spoilt;
    private long forced;

    private AppendFile(RandomAccessFile file, long committed) {
        this.file = file;
        this.committed = committed;
        this.written = committed;
    }

    /** Opens a file, made if missing, behind its last whole line. */
    static AppendFile open(Path path) throws IOException {
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        try {
            long end = endOfLastLine(opened);
            opened.setLength(end);
            return new AppendFile(opened, end);
        } catch (IOException e) {
            opened.close();
            throw e;
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
        if (spoilt) {
            cutBack(open);
        }
        spoilt = true; // unless all goes well
        open.seek(written);
        OutputStream atPointer = new FileOutputStream(open.getFD());
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
                long reached = committed;
                opened().getFD().sync();
                forced = reached;
            }
        }
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
                    open.getFD().sync();
                    forced = committed;
                }
            }
        }
    }
}
