package dev.atex.results;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.NonClosingStream;
import dev.atex.internal.files.Trees;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Settings for compressing the files of tests. Symbolic links and special files are never compressed.
 *
 * @param compression the format
 * @param suffix is appended to the names of compressed files; {@code ""}: files keep their names
 * @param excluded files with these names, without directories, are not compressed
 */
public record FileCompression(Compression compression, String suffix, Set<String> excluded) {

    /** Copies its argument. */
    public FileCompression {
        if (suffix.contains("/")) {
            throw new IllegalArgumentException("'" + suffix + "' is not a suffix for names of files");
        }
        excluded = Set.copyOf(excluded);
    }

    /** Compresses all files; they get the suffix of the format. */
    public static FileCompression with(Compression compression) {
        return new FileCompression(compression, compression.suffix(), Set.of());
    }

    /**
     * Creates a tree with the same files, compressed and forced to disk. Files that are not compressed become hard links
     * where the file system has them. {@code from} does not change.
     *
     * @return the files that were renamed: from the old path to the new one
     */
    public Map<Path, Path> copy(Path from, Path to) throws IOException, InterruptedException {
        Map<Path, Path> renamed = new HashMap<>();
        Trees.reproduce(from, to, (file, place) -> {
            if (!compresses(file)) {
                Trees.linkFile(file, place);
                return;
            }
            Path target = free(file, place);
            compress(file, target);
            if (!target.equals(place)) {
                renamed.put(file, target);
            }
        });
        return renamed;
    }

    private boolean compresses(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && !excluded.contains(file.getFileName().toString());
    }

    /** Returns a name that no other file has or will get. */
    private Path free(Path file, Path place) {
        if (suffix.isEmpty()) {
            return place;
        }
        String name = place.getFileName().toString();
        String target = ArtifactFiles.withSuffix(name, suffix);
        for (int i = 1; isTaken(file, place, target); i++) {
            target = ArtifactFiles.withSuffix(ArtifactFiles.alternative(name, i), suffix);
        }
        return place.resolveSibling(target);
    }

    /** Returns true also if a file that is not copied yet will keep this name. */
    private boolean isTaken(Path file, Path place, String name) {
        Path other = file.resolveSibling(name);
        return Files.exists(place.resolveSibling(name), LinkOption.NOFOLLOW_LINKS)
                || (Files.exists(other, LinkOption.NOFOLLOW_LINKS) && !compresses(other));
    }

    private void compress(Path file, Path target) throws IOException {
        try (FileOutputStream out = new FileOutputStream(target.toFile())) {
            try (OutputStream compressed = compression.compress(new NonClosingStream(out), Files.size(file))) {
                Files.copy(file, compressed);
            }
            out.getFD().sync();
        }
        Trees.copyAttributes(file, target);
    }
}
