package dev.atex.results;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.TreeLinks;
import dev.atex.internal.files.Trees;
import dev.atex.lease.ledger.CrashPoints;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Removes the files of one attempt from the files of a run, where they are links to the files in its artifacts. Only links
 * to the same files are removed, so that files of other tests in the same directory stay. Can be repeated.
 */
final class FilesRemoval extends SimpleFileVisitor<Path> {
    private final Path own;
    private final Path target;

    /** Device and inode of each of its own files. */
    private final Set<Object> keys = new HashSet<>();

    private FilesRemoval(Path own, Path target) {
        this.own = own;
        this.target = target;
    }

    /**
     * Removes them.
     *
     * @param own the files in the artifacts; need not exist
     * @param tree the files of the run
     */
    static void remove(Path own, ArtifactFiles tree, String platform, String test) throws IOException {
        Optional<Path> target = tree.findDirectory(platform, test);
        if (target.isEmpty() || !Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        FilesRemoval removal = new FilesRemoval(own, target.get());
        Files.walkFileTree(own, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                removal.keys.add(attributes.fileKey());
                return FileVisitResult.CONTINUE;
            }
        });
        Files.walkFileTree(removal.target, removal);
        Trees.deleteEmptyDirectories(removal.target);
        Trees.deleteEmptyUpTo(removal.target.getParent(), tree.directory());
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (keys.contains(attributes.fileKey()) || isCopy(file)) {
            Files.delete(file);
            CrashPoints.reached("results file unlinked");
        }
        return FileVisitResult.CONTINUE;
    }

    /** Returns true for a copy, as on file systems without hard links. */
    private boolean isCopy(Path file) throws IOException {
        Path original = own.resolve(target.relativize(file));
        return Files.exists(original, LinkOption.NOFOLLOW_LINKS) && TreeLinks.isCopy(original, file);
    }
}
