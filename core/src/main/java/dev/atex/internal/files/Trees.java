package dev.atex.internal.files;

import dev.atex.concurrent.Deadline;
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

/** Copies and deletes directory trees on this host. Never follows symbolic links. */
public final class Trees {
    private static final long CHUNK = 64L << 20;

    private Trees() {}

    /** Returns whether a directory, which need not exist, contains anything but directories, at any depth. */
    public static boolean holdsFiles(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
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

    /** Returns the entries of a directory. */
    public static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return entries;
    }

    /** Deletes this directory and those above it, as long as they are empty, but not {@code top}. */
    public static void deleteEmptyUpTo(@Nullable Path from, Path top) throws IOException {
        Path directory = from;
        while (directory != null && !directory.equals(top) && deleteIfEmpty(directory)) {
            directory = directory.getParent();
        }
    }

    /** Deletes a directory if it is empty; returns whether it was. */
    public static boolean deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** Deletes a directory and its subdirectories, except those with files. */
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
     * Deletes a tree, if it exists, including read-only directories and, as root, immutable files. It must belong to the user
     * of this process, or to the owner of its parent directory. Works from open directories and follows no links, so that no
     * other user can redirect the deletion, and no path is too long. Unmounts file systems that are mounted in it, and does
     * not delete their content. Continues after a failure. Interrupts do not end it: use it for small trees that must go.
     *
     * @throws IOException if something is left; names the first such file and the reason
     */
    public static void delete(Path tree) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    new TreeRemoval(tree, false, Deadline.never()).run();
                    return;
                } catch (InterruptedException e) { // it waited for a program: continue with the rest
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
     * Deletes a tree of any size, with constant memory; can be interrupted.
     *
     * @throws InterruptedException if the thread was interrupted; a part of the tree is left
     */
    public static void deleteInterruptibly(Path tree) throws IOException, InterruptedException {
        deleteInterruptibly(tree, Deadline.never());
    }

    /**
     * The same with a deadline.
     *
     * @throws IOException also if the deadline expired; a part of the tree is left
     */
    public static void deleteInterruptibly(Path tree, Deadline deadline) throws IOException, InterruptedException {
        new TreeRemoval(tree, true, deadline).run();
    }

    /** Creates a tree with the same files: hard links where possible, otherwise copies. */
    public static void link(Path from, Path to) throws IOException, InterruptedException {
        reproduce(from, to, Trees::linkFile);
    }

    /** Creates a hard link to a file, or a copy if that is not possible. The file must not be a directory. */
    public static void linkFile(Path file, Path to) throws IOException {
        try {
            Files.createLink(to, file);
        } catch (IOException | UnsupportedOperationException e) { // another file system, or too many links
            copyFile(file, to);
        }
    }

    /** Copies a tree, with times and permissions. */
    public static void copy(Path from, Path to) throws IOException, InterruptedException {
        reproduce(from, to, Trees::copyFile);
    }

    /** Creates a file of one tree in another one. */
    @FunctionalInterface
    public interface FileCopy {
        /**
         * Creates the file.
         *
         * @param file the source, not a directory
         * @param to its path in the other tree
         */
        void copy(Path file, Path to) throws IOException;
    }

    /** Creates a tree with the same directories, and with files that {@code files} creates. */
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

    /** Copies a large regular file through channels, which an interrupt closes. */
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

    /** Copies times and permissions. */
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
