package dev.atex.report.model;

import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.LineReader;
import dev.atex.report.lines.ResultLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the results of a run test by test. For one thread; cursors are valid until it is closed. */
public final class ResultsReader implements AutoCloseable {
    private final Path file;
    private final @Nullable FileChannel channel;

    private ResultsReader(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens the results of a run directory; they may not exist yet. */
    static ResultsReader open(Path runDirectory) throws IOException {
        Path file = runDirectory.resolve(ResultLine.FILE);
        return new ResultsReader(file, Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? RegularFiles.read(file) : null);
    }

    /** Returns the results of a test, in order; may be called repeatedly. */
    public Cursor of(ReportedTest test) {
        return new Cursor(test.results());
    }

    /** A position before a result. */
    public final class Cursor {
        private final TestResults places;
        private int piece;
        private @Nullable LineReader lines;

        private Cursor(TestResults places) {
            this.places = places;
        }

        /**
         * Returns the next result; null after the last.
         *
         * @throws IOException if the file cannot be read, or has changed
         */
        public @Nullable Result next() throws IOException {
            while (true) {
                if (lines == null) {
                    if (channel == null || piece == places.pieces()) {
                        return null;
                    }
                    lines = new LineReader(new Part(channel, places.from(piece), places.to(piece)));
                    piece++;
                }
                if (lines.next()) {
                    Result result = Result.parse(lines);
                    if (result == null) {
                        throw new IOException(file + " has changed while it was read");
                    }
                    return result;
                }
                lines = null;
            }
        }
    }

    /** Reads a part of a file. Closing it does not close the file. */
    static final class Part extends InputStream {
        private final FileChannel channel;
        private final long end;
        private long position;

        Part(FileChannel channel, long from, long end) {
            this.channel = channel;
            this.position = from;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int most = (int) Math.min(length, end - position);
            if (most <= 0) {
                return length == 0 ? 0 : -1;
            }
            int n = channel.read(ByteBuffer.wrap(buffer, offset, most), position);
            position += Math.max(0, n);
            return n;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
