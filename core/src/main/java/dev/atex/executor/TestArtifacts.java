package dev.atex.executor;

import java.nio.file.Path;

/**
 * The directory that one executed test leaves behind: {@code results} (JSON Lines) and {@code files/}. The directory is
 * made when something is first written, so that a test which reports nothing costs nothing.
 */
public final class TestArtifacts {
    private final Path directory;

    private TestArtifacts(Path directory) {
        this.directory = directory;
    }

    /** Artifacts in {@code directory}, which need not exist yet. */
    public static TestArtifacts in(Path directory) {
        return new TestArtifacts(directory);
    }

    /** The directory; may not exist. */
    public Path directory() {
        return directory;
    }
}
