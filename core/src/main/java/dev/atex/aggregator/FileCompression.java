package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.Trees;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How the files of tests are compressed. Symbolic links and special files never are.
 *
 * @param compression by what
 * @param suffix what is appended to their names, in the listing too; {@code ""}: they keep their names
 * @param excluded files of these names, without directories, are left alone
 */
public record FileCompression(Compression compression, String suffix, Set<String> excluded) {

    /** Copies its argument. */
    public FileCompression {
        if (suffix.contains("/")) {
            throw new IllegalArgumentException("'" + suffix + "' is no suffix for the names of files");
        }
        excluded = Set.copyOf(excluded);
    }

    /** All files, with the usual suffix. */
    public static FileCompression with(Compression compression) {
        return new FileCompression(compression, compression.suffix(), Set.of());
    }

    /**
     * Makes a tree with the same files, compressed and forced to disk; those that are left alone are links where the file
     * system can. Nothing in {@code from} changes.
     *
     * @return the files that have another name than before: where each was, and where it is now
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

    /** A name that no other file has or will have. */
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

    /** Also by a file that is still to be copied under its own name. */
    private boolean isTaken(Path file, Path place, String name) {
        Path other = file.resolveSibling(name);
        return Files.exists(place.resolveSibling(name), LinkOption.NOFOLLOW_LINKS)
                || (Files.exists(other, LinkOption.NOFOLLOW_LINKS) && !compresses(other));
    }

    private void compress(Path file, Path target) throws IOException {
        try (FileOutputStream out = new FileOutputStream(target.toFile())) {
            try (OutputStream compressed = compression.compress(new Unclosed(out), Files.size(file))) {
                Files.copy(file, compressed);
            }
            out.getFD().sync();
        }
        Trees.copyAttributes(file, target);
    }

    /** What a file that was found at this place was called before {@link #copy}. */
    String nameBefore(Path file) {
        String name = file.getFileName().toString();
        return !suffix.isEmpty() && name.endsWith(suffix) && name.length() > suffix.length() && compresses(file)
                ? name.substring(0, name.length() - suffix.length())
                : name;
    }

    /** Makes a file again what it was; {@code to} must not exist. Whatever else it is goes there as it is. */
    void restore(Path file, Path to) throws IOException {
        if (compresses(file)) {
            try (InputStream in = compression.decompress(Files.newInputStream(file))) {
                Files.copy(in, to);
                Trees.copyAttributes(file, to);
                Files.delete(file);
                return;
            } catch (IOException e) { // not what we have written
                Files.deleteIfExists(to);
            }
        }
        Files.move(file, to);
    }
}
