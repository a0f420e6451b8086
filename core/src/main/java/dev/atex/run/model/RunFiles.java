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
 * The files that tests have left in a run directory, for all who show them: the only way from what a test, or the log of a
 * run, calls a file to the file. Never leads out of the directory, nor over a symbolic link; what was reported and is not
 * there is text and nothing else. Thread-safe.
 */
public final class RunFiles {
    private static final String STORED = "files";
    private static final String ATTEMPTS = "attempts";

    private final Path run;

    private RunFiles(Path run) {
        this.run = run;
    }

    /** Those of this run directory. */
    public static RunFiles in(Path runDirectory) {
        return new RunFiles(runDirectory.toAbsolutePath().normalize());
    }

    /**
     * Where the files of a test are that were stored.
     *
     * @param said where they were put, as the run's log has it; the directory of the run may have been moved since then
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
     * Where the artifacts of an attempt are that were kept.
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

    /** Whether all from the run directory down to this one are directories, none a link to one. */
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
     * A file of a result.
     *
     * @param directory one that this has given, or the one of files in it
     * @param result the name of the result; null: the one for the test itself
     * @param file as the result calls it
     * @return a regular file; empty if there is none
     */
    public static Optional<Path> find(Path directory, @Nullable String result, String file) {
        try {
            return ArtifactFiles.in(directory).find(result, file);
        } catch (IOException e) { // what cannot be looked at cannot be shown
            return Optional.empty();
        }
    }

    /** Opens a file of the run. */
    public SeekableByteChannel open(Path file) throws IOException {
        return RegularFiles.readBelow(run, file);
    }
}
