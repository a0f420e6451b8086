package dev.atex.aggregator;

import dev.atex.json.JsonBytes;
import dev.atex.json.LineReader;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Results as they are; a position is the number of bytes. */
final class PlainOutput implements ResultsOutput {
    private final Path path;
    private final Object forcing = new Object();

    /** Not a channel: an interrupt of one writing thread must not close the file under all others. */
    private volatile @Nullable RandomAccessFile file;

    private volatile long committed;
    private long written;
    private boolean spoilt;
    private long forced;

    PlainOutput(Path path) {
        this.path = path;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void create() throws IOException {
        Files.createFile(path);
        file = new RandomAccessFile(path.toFile(), "rw");
    }

    @Override
    public void reopen(String position, LineSink kept, LineSink cut) throws IOException {
        long end = offset(position);
        if (Files.size(path) < end) {
            throw new EOFException("it has " + Files.size(path) + " bytes, but " + end + " were stored");
        }
        long at = 0;
        try (LineReader lines = new LineReader(Files.newInputStream(path))) {
            while (lines.next()) {
                if (at < end && at + lines.length() + 1 > end) {
                    throw new IOException("line " + lines.number() + " does not end at byte " + end + " as was stored");
                }
                (at < end ? kept : cut).line(lines);
                at += lines.length() + 1L;
            }
        }
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        file = opened;
        opened.setLength(end);
        committed = end;
        written = end;
    }

    private static long offset(String position) throws IOException {
        try {
            return position.isEmpty() ? 0 : Long.parseUnsignedLong(position);
        } catch (NumberFormatException e) {
            throw new IOException("'" + position + "' is no position in it", e);
        }
    }

    @Override
    public void append(JsonBytes lines) throws IOException {
        RandomAccessFile open = open();
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

    @Override
    public String commit() {
        committed = written;
        return position();
    }

    @Override
    public void rollBack() throws IOException {
        written = committed;
        spoilt = true;
        cutBack(open());
    }

    private void cutBack(RandomAccessFile open) throws IOException {
        open.setLength(committed);
        written = committed;
        spoilt = false;
    }

    @Override
    public String position() {
        return Long.toString(committed);
    }

    /** One of several threads that wait forces what all of them have committed. */
    @Override
    public void force() throws IOException {
        long wanted = committed;
        synchronized (forcing) {
            if (forced < wanted) {
                long reached = committed;
                open().getFD().sync();
                forced = reached;
            }
        }
    }

    private RandomAccessFile open() throws IOException {
        RandomAccessFile open = file;
        if (open == null) {
            throw new IOException("not open");
        }
        return open;
    }

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
