package dev.atex.cli.view;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Shows what comes from elsewhere as a stream of bytes, UTF-8 for the most part: as {@link Printable#lines} does, so that it
 * does nothing to a terminal. What is no UTF-8 is replaced. Used by one thread.
 */
public final class PrintableStream extends OutputStream {
    private static final int MOST_AT_ONCE = 8 << 10;

    private final PrintStream to;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** The first bytes of an incomplete character. */
    private final ByteBuffer waiting = ByteBuffer.allocate(MOST_AT_ONCE + 4);

    /** Creates a stream that prints to another one, and does not close it. */
    public PrintableStream(PrintStream to) {
        this.to = to;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; ) {
            int n = Math.min(MOST_AT_ONCE, length - done);
            waiting.put(bytes, offset + done, n);
            show(false);
            done += n;
        }
    }

    private void show(boolean last) {
        CharBuffer text = CharBuffer.allocate(MOST_AT_ONCE + 8);
        waiting.flip();
        decoder.decode(waiting, text, last);
        if (last) {
            decoder.flush(text);
            decoder.reset();
        }
        waiting.compact();
        to.print(Printable.lines(text.flip().toString()));
    }

    @Override
    public void flush() {
        to.flush();
    }

    /** Prints buffered bytes. */
    @Override
    public void close() {
        show(true);
        to.flush();
    }
}
