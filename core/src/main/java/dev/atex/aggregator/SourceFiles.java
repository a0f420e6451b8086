package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of a test that are to be moved: its own, or a tree that was made of them.
 *
 * @param original its own
 * @param directory what is to be moved
 * @param renamed those in {@code original} that are not called in {@code directory} as they were: where they are there
 */
record SourceFiles(ArtifactFiles original, Path directory, Map<Path, Path> renamed) {

    static SourceFiles of(ArtifactFiles original) {
        return new SourceFiles(original, original.directory(), Map.of());
    }

    /** Where in {@code directory} a file of a result is. */
    Optional<Path> find(@Nullable String result, String file) throws IOException {
        return original.find(result, file).map(there -> {
            Path other = renamed.get(there);
            return other == null ? directory.resolve(original.directory().relativize(there)) : other;
        });
    }

    boolean isRenamed(Path there) {
        return renamed.containsValue(there);
    }
}
