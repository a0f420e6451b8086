package dev.atex.report;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.Trees;
import dev.atex.results.FileCompression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A second tree with the files of a run's tests.
 *
 * @param original the tree in the run directory
 * @param renamed files that have another name in the second tree: their paths in the original, and there
 */
public record FilesCopy(Path original, Map<Path, Path> renamed) {

    /** Copies its argument. */
    public FilesCopy {
        renamed = Map.copyOf(renamed);
    }

    /** Returns the absence of a second tree. */
    public static FilesCopy none() {
        return new FilesCopy(Path.of("files"), Map.of());
    }

    /**
     * Creates the tree; uses hard links if the file system supports them and the files are not compressed.
     *
     * @param run the run directory
     * @param to the new directory, which must not exist
     */
    public static FilesCopy make(Path run, Path to, Optional<FileCompression> how)
            throws IOException, InterruptedException {
        Path original = run.resolve("files");
        if (!Files.isDirectory(original, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(to);
            return none();
        }
        if (how.isPresent()) {
            return new FilesCopy(original, how.get().copy(original, to));
        }
        Trees.link(original, to);
        return none();
    }

    /** Returns the names of a result's files in the second tree. */
    List<String> names(String platform, String test, @Nullable String subtest, List<String> files) throws IOException {
        Optional<Path> directory = renamed.isEmpty()
                ? Optional.empty()
                : ArtifactFiles.in(original).findDirectory(platform, test);
        if (directory.isEmpty()) {
            return files;
        }
        ArtifactFiles own = ArtifactFiles.in(directory.get());
        List<String> names = new ArrayList<>();
        for (String file : files) {
            Optional<Path> there = own.find(subtest, file).map(renamed::get);
            String parents = file.substring(0, file.lastIndexOf('/') + 1);
            names.add(there.map(path -> parents + path.getFileName()).orElse(file));
        }
        return names;
    }
}
