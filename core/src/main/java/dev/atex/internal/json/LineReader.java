package dev.atex.internal.json;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a stream line by line without copying the lines: for JSON Lines. A last line without a newline counts too. Not
 * thread-safe.
 */
public final class LineReader implements AutoCloseable {
    /** The longest line, 256 MiB; a longer one is an error. */
    public static final int MAX_LINE = 256 << 20;

    /** The first buffer is small: most files are short, and the first use of memory takes time. */
    private static final int AT_FIRST = 8 << 10;

    private static final int USUAL = 64 << 10;

    private final InputStream in;
    private byte[] buffer = new byte[AT_FIRST];
    private int lineStart;
    private int lineEnd;
    private int nextStart;
    private int filled;
    private boolean atEnd;
    private boolean isLong;
    private long number;

    /** Creates a reader of {@code in}, which it closes. */
    public LineReader(InputStream in) {
        this.in = in;
    }

    /** Advances to the next line; returns false at the end. */
    public boolean next() throws IOException {
        lineStart = nextStart;
        int scanned = lineStart;
        while (true) {
            for (int i = scanned; i < filled; i++) {
                if (buffer[i] == '\n') {
                    return line(i, i + 1);
                }
            }
            if (atEnd) {
                return filled > lineStart && line(filled, filled);
            }
            scanned = filled - lineStart;
            fill();
            scanned += lineStart;
        }
    }

    private boolean line(int end, int next) {
        lineEnd = end;
        nextStart = next;
        number++;
        return true;
    }

    private void fill() throws IOException {
        if (lineStart > 0) {
            System.arraycopy(buffer, lineStart, buffer, 0, filled - lineStart);
            filled -= lineStart;
            lineStart = 0;
            nextStart = 0;
        }
        if (filled == buffer.length) {
            if (filled >= MAX_LINE) {
                throw new EOFException("line " + (number + 1) + " is longer than " + MAX_LINE + " bytes");
            }
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        } else if (isLong && buffer.length < USUAL) {
            buffer = Arrays.copyOf(buffer, USUAL);
        }
        int n = in.read(buffer, filled, buffer.length - filled);
        if (n < 0) {
            atEnd = true;
        } else {
            filled += n;
            isLong = filled == buffer.length;
        }
    }

    /** Returns the buffer with the line: {@link #length} bytes from {@link #offset}, without the newline; until the next call. */
    public byte[] buffer() {
        return buffer;
    }

    /** Returns the start of the line in {@link #buffer}. */
    public int offset() {
        return lineStart;
    }

    /** Returns the length of the line, without the newline. */
    public int length() {
        return lineEnd - lineStart;
    }

    /** Returns whether the line is empty or white space. */
    public boolean isBlank() {
        for (int i = lineStart; i < lineEnd; i++) {
            byte c = buffer[i];
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /** Returns the line's number, from 1. */
    public long number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
