package dev.atex.executor.fmf.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the output of a running test goes; results hold it under names of their own (hard links), so that it is removed
 * when the test has ended.
 */
public record CapturedFile(Path path) implements AutoCloseable {

    /** Makes it, empty, in the directory of the test's artifacts. */
    public static CapturedFile in(Path artifacts) throws IOException {
        Files.createDirectories(artifacts);
        Path path = artifacts.resolve(".output");
        Files.write(path, new byte[0]);
        return new CapturedFile(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }
}
