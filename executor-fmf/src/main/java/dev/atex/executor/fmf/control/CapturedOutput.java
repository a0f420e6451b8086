package dev.atex.executor.fmf.control;

import dev.atex.executor.ArtifactFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The captured output of a test, and the files of results that hold it. */
final class CapturedOutput {
    private final Path output;
    private final ArtifactFiles files;

    /** Files to copy to when the output is complete: links are impossible across file systems, and limited in number. */
    private final Set<Path> copies = new LinkedHashSet<>();

    private boolean linked;

    CapturedOutput(Path output, ArtifactFiles files) {
        this.output = output;
        this.files = files;
    }

    /** Returns whether the file of the result holds the captured output. */
    boolean isAt(@Nullable String result, String file) throws IOException {
        if (!linked && copies.isEmpty()) {
            return false;
        }
        Optional<Path> there = files.find(result, file);
        return there.isPresent() && (copies.contains(there.get()) || (linked && Files.isSameFile(there.get(), output)));
    }

    /** Makes the file of the result hold all of the output, also what is still to come. */
    void linkAs(@Nullable String result, String testout) throws TestAbortedException {
        try {
            if (files.find(result, testout).isPresent()) {
                throw taken(testout);
            }
            if (Files.notExists(output, LinkOption.NOFOLLOW_LINKS)) {
                Files.createFile(output);
            }
            try {
                files.link(result, testout, output);
                linked = true;
            } catch (FileAlreadyExistsException e) {
                throw taken(testout);
            } catch (IOException | UnsupportedOperationException e) {
                files.append(result, testout).close();
                copies.add(files.place(result, testout));
            }
        } catch (IOException e) {
            throw ControlErrors.storing("captured output as '" + ControlErrors.shown(testout) + "'", e);
        }
    }

    private static TestAbortedException taken(String testout) {
        return ControlErrors.report("'testout' specified, but file '" + ControlErrors.shown(testout) + "' is there");
    }

    /** Returns the bytes that {@link #copy} will copy; the first of several copies is free. */
    long toCopy() throws IOException {
        return copies.size() < 2 ? 0 : Math.multiplyExact(Files.size(output), copies.size() - 1L);
    }

    /** The test has ended: makes the copies. */
    void copy() throws IOException {
        for (Path copy : copies) {
            Files.copy(output, copy, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
