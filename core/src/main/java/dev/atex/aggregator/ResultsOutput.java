package dev.atex.aggregator;

import dev.atex.json.JsonBytes;
import dev.atex.json.LineReader;
import java.io.IOException;
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

    /**
     * Opens an existing file and cuts it back.
     *
     * @param position from an earlier {@link #commit}, or {@code ""} for the very start
     * @param kept is shown each line up to there
     * @param cut is shown each line behind it; the last ones may be damaged
     */
    void reopen(String position, LineSink kept, LineSink cut) throws IOException;

    /** Is shown a line. */
    @FunctionalInterface
    interface LineSink {
        /** The line on which {@code at} stands. */
        void line(LineReader at) throws IOException;
    }

    /** Adds lines. */
    void append(JsonBytes lines) throws IOException;

    /** What was appended counts; returns the position behind it. */
    String commit();

    /** What was appended since the last commit is taken back, now or before the next append. */
    void rollBack() throws IOException;

    /** The position of the last commit. */
    String position();

    /** Returns when everything that was committed before the call is on the platter. Thread-safe. */
    void force() throws IOException;

    /** Closes the file, forced. Idempotent. */
    @Override
    void close() throws IOException;
}
