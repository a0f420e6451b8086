package dev.atex.executor;

import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.JsonBytes;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends results to the {@code results} file of test artifacts, one JSON object a line, compact, in UTF-8. What is
 * written is in the file after {@link #flush()} or {@link #close()}, or when some 64 KiB have gathered. A write that fails,
 * on a full disk say, leaves the file as it was, and is tried again with the next one. Thread-safe.
 */
public final class ResultWriter implements AutoCloseable {
    private static final int ENOUGH = 64 << 10;

    private final TestArtifacts artifacts;
    private final Path path;

    /** Appending, so that nobody's lines are overwritten. */
    private final FileOutputStream file;

    private long size;
    private final JsonBytes waiting = new JsonBytes(JsonBytes.Style.COMPACT);

    /** Of those that wait. */
    private ResultTally tally = ResultTally.NONE;

    private ResultWriter(TestArtifacts artifacts, Path path) throws IOException {
        this.artifacts = artifacts;
        this.path = path;
        file = new FileOutputStream(path.toFile(), true);
        size = path.toFile().length();
    }

    /** Not a channel: an interrupt of the writing thread must not close the file under the results. */
    static ResultWriter open(TestArtifacts artifacts, Path results) throws IOException {
        if (Files.isSymbolicLink(results)) {
            throw new FileAlreadyExistsException(results.toString(), null, "is a symbolic link");
        }
        return new ResultWriter(artifacts, results);
    }

    /**
     * Adds a result.
     *
     * @param result keys and values as {@link dev.atex.internal.json.Json} has them, written in the order of the map
     */
    public synchronized void write(Map<String, ? extends @Nullable Object> result) throws IOException {
        waiting.value(result).raw('\n');
        tally = tally.and(ResultTally.of(result));
        flushIfEnough();
    }

    /** Adds a result that was read by a {@link FlatObject} in the compact style. */
    public synchronized void write(FlatObject result) throws IOException {
        result.text().appendTo(waiting);
        waiting.raw('\n');
        tally = tally.and(ResultTally.of(result));
        flushIfEnough();
    }

    private void flushIfEnough() throws IOException {
        if (waiting.size() >= ENOUGH) {
            flush();
        }
    }

    /** Puts everything into the file, for others to read; not on the platter. */
    public synchronized void flush() throws IOException {
        if (waiting.size() > 0) {
            try {
                waiting.writeTo(file);
            } catch (IOException e) {
                takeBack(e);
                throw e;
            }
            size += waiting.size();
            artifacts.wrote(tally, waiting.size());
            tally = ResultTally.NONE;
            waiting.truncate(0);
        }
    }

    private void takeBack(IOException failure) {
        try (RandomAccessFile whole = new RandomAccessFile(path.toFile(), "rw")) {
            whole.setLength(size);
        } catch (IOException e) {
            failure.addSuppressed(e); // a torn line, which readers refuse
        }
    }

    @Override
    public synchronized void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
