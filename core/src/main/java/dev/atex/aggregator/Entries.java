package dev.atex.aggregator;

import dev.atex.internal.json.LineReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Puts the lines of an output together to entries. Not thread-safe. */
final class Entries {
    private final ResultsFormat format;
    private final Sink sink;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private long first;

    private Entries(ResultsFormat format, Sink sink) {
        this.format = format;
        this.sink = sink;
    }

    /** Is shown an entry. */
    @FunctionalInterface
    interface Sink {
        /**
         * Its text, with the ends of lines.
         *
         * @param line the number of its first line
         */
        void entry(long line, byte[] text) throws IOException;
    }

    /** Shows all entries of an output that is not open. */
    static void read(ResultsOutput output, ResultsFormat format, Sink sink) throws IOException {
        Entries entries = new Entries(format, sink);
        output.read(entries::line);
        entries.end();
    }

    private void line(LineReader at) throws IOException {
        if (format.begins(at.buffer(), at.offset(), at.length())) {
            end();
        }
        if (text.size() == 0) {
            first = at.number();
        }
        text.write(at.buffer(), at.offset(), at.length());
        text.write('\n');
    }

    private void end() throws IOException {
        if (text.size() > 0) {
            byte[] whole = text.toByteArray();
            text.reset();
            sink.entry(first, whole);
        }
    }
}
