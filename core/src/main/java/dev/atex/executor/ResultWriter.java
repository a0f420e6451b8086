package dev.atex.executor;

import dev.atex.json.FlatObject;
import dev.atex.json.JsonBytes;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Appends results to the {@code results} file of test artifacts, one JSON object a line, compact, in UTF-8. What is
 * written is in the file after {@link #flush()} or {@link #close()}, or when some 64 KiB have gathered. Thread-safe.
 */
public final class ResultWriter implements AutoCloseable {
    private static final int ENOUGH = 64 << 10;

    private final TestArtifacts artifacts;
    private final OutputStream file;
    private final JsonBytes waiting = new JsonBytes(JsonBytes.Style.COMPACT);

    private ResultWriter(TestArtifacts artifacts, OutputStream file) {
        this.artifacts = artifacts;
        this.file = file;
    }

    /** Not a channel: an interrupt of the writing thread must not close the file under the results. */
    static ResultWriter open(TestArtifacts artifacts, Path results) throws IOException {
        if (Files.isSymbolicLink(results)) {
            throw new FileAlreadyExistsException(results.toString(), null, "is a symbolic link");
        }
        return new ResultWriter(artifacts, new FileOutputStream(results.toFile(), true));
    }

    /**
     * Adds a result.
     *
     * @param result keys and values as {@link dev.atex.json.Json} has them, written in the order of the map
     */
    public synchronized void write(Map<String, ? extends @Nullable Object> result) throws IOException {
        waiting.value(result).raw('\n');
        if (OwnResult.isOwn(result)) {
            artifacts.wrote(OwnResult.of(result));
        }
        flushIfEnough();
    }

    /** Adds a result that was read by a {@link FlatObject} in the compact style. */
    public synchronized void write(FlatObject result) throws IOException {
        result.text().appendTo(waiting);
        waiting.raw('\n');
        int name = result.find("name");
        if (name < 0 || result.isNull(name)) {
            artifacts.wrote(OwnResult.of(result));
        }
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
            waiting.writeTo(file);
            artifacts.grown(waiting.size());
            waiting.truncate(0);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        try (file) {
            flush();
        }
    }
}
