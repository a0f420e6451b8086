package dev.atex.run.model;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.RegularFiles;
import dev.atex.run.layout.ArtifactPaths;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of tests in a run directory by the names that tests, or the log of the run, give them. Never leaves the
 * directory or follows a symbolic link. A reported file that does not exist is only text. Thread-safe.
 */
public final class RunFiles {
    private static final String STORED = "files";
    private static final String ATTEMPTS = "attempts";

    private final Path run;

    private RunFiles(Path run) {
        this.run = run;
    }

    /** Creates an object for a run directory. */
    public static RunFiles in(Path runDirectory) {
        return new RunFiles(runDirectory.toAbsolutePath().normalize());
    }

    /**
     * Returns the directory with the stored files of a test.
     *
     * @param said their directory according to the run's log; the run directory may have been moved since then
     * @return empty if they are not in this run
     */
    public Optional<Path> stored(String platform, String test, Path said) {
        Path top = run.resolve(STORED);
        Path directory = said.toAbsolutePath().normalize();
        if (directory.startsWith(top)) {
            return isReal(directory) ? Optional.of(directory) : Optional.empty();
        }
        try {
            return isReal(top) ? ArtifactFiles.in(top).findDirectory(platform, test) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the directory with the kept artifacts of an attempt.
     *
     * @param said as {@link #stored}
     */
    public Optional<Path> kept(String test, int attempt, Path said) {
        Path top = run.resolve(ATTEMPTS);
        Path directory = said.toAbsolutePath().normalize();
        if (!directory.startsWith(top)) {
            directory = new ArtifactPaths(top).of(test, attempt);
        }
        return isReal(directory) ? Optional.of(directory) : Optional.empty();
    }

    /** Returns whether all path elements from the run directory down to this one are directories, not links. */
    private boolean isReal(Path directory) {
        Path at = run;
        for (Path name : run.relativize(directory)) {
            at = at.resolve(name);
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns a file of a result.
     *
     * @param directory a directory from this object, or its directory of files
     * @param result the name of the result; null for the test itself
     * @param file the file's name in the result
     * @return a regular file; empty if there is none
     */
    public static Optional<Path> find(Path directory, @Nullable String result, String file) {
        try {
            return ArtifactFiles.in(directory).find(result, file);
        } catch (IOException e) { // a file that cannot be examined cannot be shown
            return Optional.empty();
        }
    }

    /** Opens a file of the run. */
    public SeekableByteChannel open(Path file) throws IOException {
        return RegularFiles.readBelow(run, file);
    }
}
