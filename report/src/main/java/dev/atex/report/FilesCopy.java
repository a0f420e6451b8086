package dev.atex.report;

import dev.atex.aggregator.FileCompression;
import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.Trees;
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
 * A second tree with the files of the tests of a run.
 *
 * @param original the tree that the run has
 * @param renamed files that are called otherwise in the second one: where they are in the original, and there
 */
public record FilesCopy(Path original, Map<Path, Path> renamed) {

    /** Copies its argument. */
    public FilesCopy {
        renamed = Map.copyOf(renamed);
    }

    /** Files are only where the run has them. */
    public static FilesCopy none() {
        return new FilesCopy(Path.of("files"), Map.of());
    }

    /**
     * Makes the tree; files are hard links where the file system can, unless they are compressed.
     *
     * @param run the run directory
     * @param to does not exist
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

    /** What a result's files are called in the second tree. */
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
