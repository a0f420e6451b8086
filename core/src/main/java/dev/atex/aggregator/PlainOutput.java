package dev.atex.aggregator;

import dev.atex.json.JsonBytes;
import dev.atex.json.LineReader;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Results as they are; a position is {@code FROM-TO}: the bytes of the last transaction. */
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
    public void read(LineSink each) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        long size = Files.size(path);
        long end = 0;
        try (LineReader lines = new LineReader(Files.newInputStream(path))) {
            while (lines.next()) {
                end += lines.length() + 1L;
                if (end > size) {
                    return;
                }
                each.line(lines);
            }
        }
    }

    @Override
    public void retain(LineFilter kept) throws IOException {
        Path rest = draft();
        try (FileOutputStream stream = new FileOutputStream(rest.toFile());
                OutputStream out = new BufferedOutputStream(stream, 64 * 1024)) {
            read(at -> {
                if (kept.keeps(at)) {
                    out.write(at.buffer(), at.offset(), at.length());
                    out.write('\n');
                }
            });
            out.flush();
            stream.getFD().sync();
        }
        Files.move(rest, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path draft() {
        return path.resolveSibling(path.getFileName() + ".new");
    }

    @Override
    public void reopen() throws IOException {
        Files.deleteIfExists(draft());
        RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
        file = opened;
        written = endOfLastLine(opened);
        opened.setLength(written);
        committed = written;
    }

    private static long endOfLastLine(RandomAccessFile opened) throws IOException {
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
        String position = position(committed, written);
        committed = written;
        return position;
    }

    static String position(long from, long to) {
        return from + "-" + to;
    }

    /** Bytes of a transaction. */
    static long length(String position) throws IOException {
        int dash = position.indexOf('-');
        try {
            return Long.parseLong(position.substring(dash + 1)) - Long.parseLong(position.substring(0, dash));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException("'" + position + "' is no position in it", e);
        }
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
    public long size() {
        return committed;
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
