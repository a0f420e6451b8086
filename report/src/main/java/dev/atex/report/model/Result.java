package dev.atex.report.model;

import dev.atex.executor.Status;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
import dev.atex.report.lines.ResultLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code results.jsonl}.
 *
 * @param platform the label of the pool
 * @param status the reported status; {@code ""} if there was none
 * @param test its name
 * @param subtest the name of the result; empty for the test itself
 * @param files the names of its files
 * @param note the note that the test reported
 */
public record Result(
        String platform,
        String status,
        String test,
        Optional<String> subtest,
        List<String> files,
        Optional<String> note) {
    /** Copies its argument. */
    public Result {
        files = List.copyOf(files);
    }

    /** Returns the meaning of its status; empty if it has none. */
    public Optional<Status> meaning() {
        return status.isEmpty() ? Optional.empty() : Optional.of(Status.of(status));
    }

    /** Returns whether it failed. */
    public boolean failed() {
        return meaning().filter(Status::failed).isPresent();
    }

    /** Returns the word for it in reports; {@code ""} if it has no status. */
    public String word() {
        return meaning().map(Status::word).orElse("");
    }

    /** Returns its note, preceded by its status if that is unknown. */
    public Optional<String> reason() {
        return status.isEmpty() ? note : Status.explained(status, note);
    }

    /** Receives results. */
    @FunctionalInterface
    interface Sink {
        /** Receives a result that is in the bytes {@code from} to {@code to} of the file. */
        void result(Result result, long from, long to);
    }

    /**
     * Reads results from an offset in a file on; ignores an incomplete last line, as a crash leaves it.
     *
     * @param end where to stop at the latest; {@link Long#MAX_VALUE} for all
     * @return where the last complete line ended
     */
    static long readAll(Path file, long from, long end, Sink each) throws IOException {
        long at = from;
        try (FileChannel channel = RegularFiles.read(file);
                LineReader lines = new LineReader(new ResultsReader.Part(channel, from, end))) {
            long torn = -1;
            while (lines.next()) {
                if (torn >= 0) {
                    throw new IOException(file + ", line " + torn + ": not a result");
                }
                Result result = parse(lines);
                if (result == null) {
                    torn = lines.number();
                } else {
                    long next = at + lines.length() + 1;
                    each.result(result, at, next);
                    at = next;
                }
            }
        }
        return at;
    }

    static @Nullable Result parse(LineReader at) {
        try {
            List<? extends @Nullable Object> line = ResultLine.values(at);
            if (line.size() != 6
                    || !(line.get(0) instanceof String platform)
                    || !(line.get(2) instanceof String test)) {
                return null;
            }
            List<String> files = new ArrayList<>();
            if (line.get(4) instanceof List<?> listed) {
                listed.forEach(name -> files.add(String.valueOf(name)));
            }
            return new Result(
                    platform,
                    ResultLine.text(line.get(1)).orElse(""),
                    test,
                    ResultLine.text(line.get(3)),
                    files,
                    ResultLine.text(line.get(5)));
        } catch (JsonException e) {
            return null;
        }
    }
}
