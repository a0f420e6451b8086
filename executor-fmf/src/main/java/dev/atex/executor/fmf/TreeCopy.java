package dev.atex.executor.fmf;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Private copies of trees of files, without {@code .git}. */
final class TreeCopy {
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private TreeCopy() {}

    /**
     * Copies the content of {@code from} into {@code to}, which is made: permissions, symbolic links and times are kept.
     * Files that are there are replaced.
     *
     * @param leftOut directories that are not copied
     */
    static void copy(Path from, Path to, Set<Path> leftOut) throws IOException, InterruptedException {
        Copier copier = new Copier(from, to, leftOut);
        Files.walkFileTree(from, copier);
        if (copier.interrupted) {
            throw new InterruptedException("copying " + from);
        }
    }

    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;
        private final Set<Path> leftOut;
        private final Map<Path, Set<PosixFilePermission>> modes = new HashMap<>();
        private boolean interrupted;

        Copier(Path from, Path to, Set<Path> leftOut) {
            this.from = from;
            this.to = to;
            this.leftOut = leftOut;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (Thread.interrupted()) {
                interrupted = true;
                return FileVisitResult.TERMINATE;
            }
            if (isGit(directory) || leftOut.contains(directory)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            Path target = target(directory);
            Files.createDirectories(target);
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
            modes.put(directory, mode);
            Set<PosixFilePermission> writable = EnumSet.copyOf(OWNER);
            writable.addAll(mode);
            Files.setPosixFilePermissions(target, writable);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            boolean copied = attributes.isRegularFile() || attributes.isSymbolicLink();
            if (copied && !isGit(file)) { // sockets, pipes and devices are nobody's test
                Files.copy(
                        file,
                        target(file),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException error) throws IOException {
            if (error != null) {
                throw error;
            }
            Set<PosixFilePermission> mode = modes.remove(directory);
            if (mode != null) {
                Files.setPosixFilePermissions(target(directory), mode);
                Files.setLastModifiedTime(
                        target(directory), Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS));
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean isGit(Path path) {
            return !path.equals(from) && path.getFileName().toString().equals(".git");
        }

        private Path target(Path path) {
            return to.resolve(from.relativize(path).toString());
        }
    }
}
