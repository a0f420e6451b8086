package dev.atex.executor;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the results of a {@code results} file one after another. Blank lines are skipped. Not thread-safe. */
public final class ResultReader implements AutoCloseable {
    private final Path file;
    private final LineReader lines;

    private ResultReader(Path file, LineReader lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Opens a {@code results} file. */
    public static ResultReader open(Path file) throws IOException {
        return new ResultReader(file, new LineReader(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)));
    }

    /**
     * The next result, or null after the last.
     *
     * @throws MalformedResultsException the line is not a JSON object
     */
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        while (lines.next()) {
            if (!lines.isBlank()) {
                return parse(file, lines);
            }
        }
        return null;
    }

    /** Reads the line on which {@code lines} stands. */
    public static Map<String, @Nullable Object> parse(Path file, LineReader lines) throws MalformedResultsException {
        Object value;
        try {
            value = Json.parse(lines.buffer(), lines.offset(), lines.length());
        } catch (JsonException e) {
            throw new MalformedResultsException(file, lines.number(), "not JSON: " + e.messageInLine());
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new MalformedResultsException(file, lines.number(), "not a JSON object");
        }
        @SuppressWarnings("unchecked") // Json makes no other maps
        Map<String, @Nullable Object> result = (Map<String, @Nullable Object>) map;
        return result;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
