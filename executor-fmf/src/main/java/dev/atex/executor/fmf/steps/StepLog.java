package dev.atex.executor.fmf.steps;

import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a step of a plan prints on one machine: a file of the run's, or a temporary one. Used by one thread. */
final class StepLog implements AutoCloseable {
    private final Path file;
    private final @Nullable Path temporary;

    private StepLog(Path file, @Nullable Path temporary) {
        this.file = file;
        this.temporary = temporary;
    }

    /**
     * An empty one.
     *
     * @param records where it is kept; it is not without them
     */
    static StepLog open(Optional<Records> records, FmfTests source, String machine, String step) throws IOException {
        if (records.isPresent()) {
            return new StepLog(records.get().newLog(machine, step), null);
        }
        Path directory = source.temporaryDirectory(step);
        return new StepLog(Files.createFile(directory.resolve("output.txt")), directory);
    }

    /** Where it is. */
    Path file() {
        return file;
    }

    /** How many bytes there are. */
    long size() throws IOException {
        return Files.size(file);
    }

    /** Appends a line of our own. */
    void say(String line) throws IOException {
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    }

    /** Whether it will be there when the run has ended. */
    boolean isKept() {
        return temporary == null;
    }

    @Override
    public void close() throws IOException {
        if (temporary != null) {
            Trees.delete(temporary);
        }
    }
}
