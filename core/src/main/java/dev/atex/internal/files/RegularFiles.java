package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens files that must be regular files, in directories that others may change. Never follows a symbolic link. Anything
 * else, such as a pipe, which would block, is an error at once.
 */
public final class RegularFiles {
    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private RegularFiles() {}

    /**
     * Checks that a name is a regular file, or missing.
     *
     * @throws FileSystemException if it is something else; the reason says what
     */
    public static void check(Path file) throws IOException {
        try {
            check(file, Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            // whoever opens it says so, or makes it
        }
    }

    /** Returns whether a name is a regular file. */
    public static boolean is(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Returns a key that tells a file or directory from a later one with the same name: device and inode, or the path if the
     * file system has none. Follows no links. Compare keys with {@code equals}.
     */
    public static Object identity(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
        return key == null ? path : key;
    }

    private static void check(Path file, BasicFileAttributes found) throws IOException {
        if (!found.isRegularFile()) {
            String what = found.isDirectory()
                    ? "a directory"
                    : found.isSymbolicLink() ? "a symbolic link" : "a pipe, a socket or a device";
            throw new FileSystemException(file.toString(), null, "is " + what + ", and must be a regular file");
        }
    }

    /**
     * Opens a regular file for reading.
     *
     * @throws FileSystemException if it is not a regular file
     */
    public static FileChannel read(Path file) throws IOException {
        check(file);
        return FileChannel.open(file, READING);
    }

    /**
     * Opens a regular file with options.
     *
     * @throws FileSystemException if it exists and is not a regular file
     */
    public static FileChannel open(Path file, StandardOpenOption... options) throws IOException {
        check(file);
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all);
    }

    /**
     * Opens a regular file below a directory for reading. Follows no links below that directory.
     *
     * @param root the directory; links in its own path are followed
     * @throws FileSystemException if it is not a regular file, or there are links on the way
     */
    public static SeekableByteChannel readBelow(Path root, Path file) throws IOException {
        Path top = root.toAbsolutePath().normalize();
        Path wanted = file.toAbsolutePath().normalize();
        if (!wanted.startsWith(top) || wanted.equals(top)) {
            throw new FileSystemException(file.toString(), null, "is not below " + root);
        }
        try (DirectoryStream<Path> opened = Files.newDirectoryStream(top)) {
            if (!(opened instanceof SecureDirectoryStream<Path> directory)) {
                throw new FileSystemException(root.toString(), null, "cannot be read without following links");
            }
            return readBelow(directory, top.relativize(wanted), file);
        }
    }

    private static SeekableByteChannel readBelow(SecureDirectoryStream<Path> directory, Path rest, Path file)
            throws IOException {
        Path name = rest.getName(0);
        if (rest.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                return readBelow(next, rest.subpath(1, rest.getNameCount()), file);
            }
        }
        check(
                file,
                directory
                        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes());
        return directory.newByteChannel(name, READING);
    }
}
