package dev.atex.aggregator;

import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.LineReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The file of results: grows by transactions, {@link #append}s and then {@link #commit} or {@link #rollBack}. Used by one
 * thread at a time, but for {@link #force}.
 */
interface ResultsOutput extends AutoCloseable {

    /** The file. */
    Path path();

    /** Makes the file, which must not exist, and opens it. */
    void create() throws IOException;

    /** Shows each line of the file, which need not exist; a last one without its end is left out. Not while it is open. */
    void read(LineSink each) throws IOException;

    /** Replaces all of the file, at once whenever this is cut off. Not while it is open. */
    void rewrite(Content content) throws IOException;

    /** Opens the file, made if missing, behind its last whole line. */
    void reopen() throws IOException;

    /** Is shown a line. */
    @FunctionalInterface
    interface LineSink {
        /** The line on which {@code at} stands. */
        void line(LineReader at) throws IOException;
    }

    /** What is to be in the file. */
    @FunctionalInterface
    interface Content {
        /** Writes whole lines. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Adds lines. */
    void append(JsonBytes lines) throws IOException;

    /** What was appended counts. */
    void commit() throws IOException;

    /** What was appended since the last commit is taken back, now or before the next append. */
    void rollBack() throws IOException;

    /** Bytes of lines up to the last commit. */
    long size() throws IOException;

    /** Returns when everything that was committed before the call is on the platter. Thread-safe. */
    void force() throws IOException;

    /** Closes the file, forced. Idempotent. */
    @Override
    void close() throws IOException;
}
