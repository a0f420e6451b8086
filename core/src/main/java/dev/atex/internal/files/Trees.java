package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Trees of files on this host. Symbolic links are never followed. */
public final class Trees {
    private static final long CHUNK = 64L << 20;

    private Trees() {}

    /** Whether a directory has anything but directories in it, at any depth. */
    public static boolean holdsFiles(Path directory) throws IOException {
        AtomicBoolean found = new AtomicBoolean();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.set(true);
                return FileVisitResult.TERMINATE;
            }
        });
        return found.get();
    }

    /** What is in a directory. */
    public static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    /** Whether the directory was empty, and so is gone. */
    public static boolean deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Deletes a directory and those in it, as far as there are no files. */
    public static void deleteEmptyDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                rethrow(problem);
                deleteIfEmpty(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * Deletes a tree, if it is there, also directories that their owner may not write to, and as root files that are immutable.
     * It must belong to the user of this process, or to whom the directory belongs that it is in. All of it is reached from
     * open directories and without following links, so that no other user can lead the deletion elsewhere, and no path is
     * too long. What is mounted in it is unmounted before, and not deleted. What can be deleted is, also after a failure.
     * No interrupt ends it while it deletes: for what must go at the end, and is small.
     *
     * @throws IOException names the first thing that is still there, and why
     */
    public static void delete(Path tree) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    new TreeRemoval(tree, false).run();
                    return;
                } catch (InterruptedException e) { // it waited for a program: go on with what is left
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * The same for trees of any size; the memory that it needs does not depend on that.
     *
     * @throws InterruptedException a part of it is still there
     */
    public static void deleteInterruptibly(Path tree) throws IOException, InterruptedException {
        new TreeRemoval(tree, true).run();
    }

    /** Makes a tree with the same files: hard links where they are possible, else copies. */
    public static void link(Path from, Path to) throws IOException, InterruptedException {
        reproduce(from, to, Trees::linkFile);
    }

    /** Gives a file that is no directory another name: a hard link where it is possible, else a copy. */
    public static void linkFile(Path file, Path to) throws IOException {
        try {
            Files.createLink(to, file);
        } catch (IOException | UnsupportedOperationException e) { // another file system, or too many links
            copyFile(file, to);
        }
    }

    /** Makes a tree with copies of the files, with times and permissions. */
    public static void copy(Path from, Path to) throws IOException, InterruptedException {
        reproduce(from, to, Trees::copyFile);
    }

    /** Makes a file of one tree in another. */
    @FunctionalInterface
    public interface FileCopy {
        /**
         * Makes it.
         *
         * @param file no directory
         * @param to where it would be in the other tree
         */
        void copy(Path file, Path to) throws IOException;
    }

    /** Makes a tree with the same directories, and what {@code files} makes of the files. */
    public static void reproduce(Path from, Path to, FileCopy files) throws IOException, InterruptedException {
        AtomicBoolean interrupted = new AtomicBoolean();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectory(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (Thread.interrupted()) {
                    interrupted.set(true);
                    return FileVisitResult.TERMINATE;
                }
                files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem) throws IOException {
                rethrow(problem);
                copyAttributes(visited, to.resolve(from.relativize(visited)));
                return FileVisitResult.CONTINUE;
            }
        });
        if (interrupted.get()) {
            throw new InterruptedException("interrupted while copying " + from);
        }
    }

    /** A large regular file through channels, which an interrupt closes. */
    private static void copyFile(Path file, Path to) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) < CHUNK) {
            Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            return;
        }
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long size = in.size();
            for (long at = 0; at < size; ) {
                long n = in.transferTo(at, Math.min(CHUNK, size - at), out);
                if (n <= 0) {
                    throw new IOException(file + " became shorter while it was copied");
                }
                at += n;
            }
        }
        copyAttributes(file, to);
    }

    /** Times and permissions. */
    public static void copyAttributes(Path from, Path to) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(from, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null) {
            Files.setPosixFilePermissions(to, view.readAttributes().permissions());
        }
        Files.setLastModifiedTime(to, Files.getLastModifiedTime(from, LinkOption.NOFOLLOW_LINKS));
    }

    private static void rethrow(@Nullable IOException problem) throws IOException {
        if (problem != null) {
            throw problem;
        }
    }
}
