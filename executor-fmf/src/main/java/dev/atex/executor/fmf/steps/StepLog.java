package dev.atex.executor.fmf.steps;

import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.machine.MachineLog;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The output of a step of a plan on one machine: a file of the run, or a temporary one. Used by one thread. */
final class StepLog implements AutoCloseable {
    private final String machine;
    private final Path file;
    private final @Nullable Path temporary;

    private StepLog(String machine, Path file, @Nullable Path temporary) {
        this.machine = machine;
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
            return new StepLog(machine, records.get().newLog(machine, step), null);
        }
        Path directory = source.temporaryDirectory(step);
        return new StepLog(machine, Files.createFile(directory.resolve("output.txt")), directory);
    }

    /** Returns the file. */
    Path file() {
        return file;
    }

    /** Returns its size in bytes. */
    long size() throws IOException {
        return Files.size(file);
    }

    /** Appends a line of our own. */
    void say(String line) throws IOException {
        MachineLog.debug(machine, () -> line);
        Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
    }

    /** Returns whether it is kept after the run. */
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
