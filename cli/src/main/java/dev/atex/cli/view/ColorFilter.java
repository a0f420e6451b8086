package dev.atex.cli.view;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Leaves out sequences that choose colors (ECMA-48, SGR), and nothing else: what comes from elsewhere is colored often, and escaped
 * sequences are hard to read. Used by one thread.
 */
public final class ColorFilter extends OutputStream {
    private static final int ESCAPE = 0x1b;
    /** Longer than any sequence that chooses a color. */
    private static final int LONGEST = 64;

    private final OutputStream to;
    /** The possible start of such a sequence. */
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    /** Creates a filter that writes to a stream, and closes it when it is closed. */
    public ColorFilter(OutputStream to) {
        this.to = to;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset; // of what is to be passed on
        for (int i = offset; i < offset + length; i++) {
            int b = bytes[i];
            if (begun.size() > 0) {
                from = i + 1;
                if (continues(b)) {
                    begun.write(b);
                } else if (b == 'm' && begun.size() > 1) {
                    begun.reset();
                } else {
                    giveUp();
                    from = i;
                }
            }
            if (b == ESCAPE && begun.size() == 0) {
                to.write(bytes, from, i - from);
                begun.write(b);
                from = i + 1;
            }
        }
        if (begun.size() == 0) {
            to.write(bytes, from, offset + length - from);
        }
    }

    private boolean continues(int b) {
        return begun.size() == 1 ? b == '[' : begun.size() < LONGEST && (b == ';' || (b >= '0' && b <= '9'));
    }

    private void giveUp() throws IOException {
        begun.writeTo(to);
        begun.reset();
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    @Override
    public void close() throws IOException {
        giveUp();
        to.close();
    }
}
