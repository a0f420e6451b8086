package dev.atex.cli.virt;

import dev.atex.cli.command.Terminal;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Shows on a terminal how much of a stream was read; prints nothing else where. */
final class UploadProgress extends FilterInputStream {
    private static final long INTERVAL = 200_000_000;
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final OptionalLong length;
    private final boolean shown;
    private long read;
    private long printed = System.nanoTime();

    UploadProgress(InputStream in, OptionalLong length, Terminal terminal) {
        super(in);
        this.terminal = terminal;
        this.length = length;
        shown = terminal.showsErrors();
    }

    @Override
    public int read() throws IOException {
        int next = super.read();
        took(next < 0 ? 0 : 1);
        return next;
    }

    @Override
    public int read(byte[] to, int offset, int size) throws IOException {
        int count = super.read(to, offset, size);
        took(Math.max(0, count));
        return count;
    }

    private void took(int count) {
        read += count;
        long now = System.nanoTime();
        if (shown && now - printed >= INTERVAL) {
            printed = now;
            String part = length.isPresent() && length.getAsLong() > 0
                    ? " of " + VirtCall.size(length.getAsLong()) + ", " + 100 * read / length.getAsLong() + " %"
                    : "";
            terminal.err().print(CLEAR + VirtCall.size(read) + part);
            terminal.err().flush();
        }
    }

    /** Removes the line. */
    void clear() {
        if (shown) {
            terminal.err().print(CLEAR);
            terminal.err().flush();
        }
    }
}
