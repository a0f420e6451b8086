package dev.atex.connection.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * A tree here that is being filled with what another host sends. Nothing is written outside of it, whatever names and links
 * come: every directory on the way must be one, and not a link.
 */
final class LocalTree {
    private static final int OWNER_ALL = 0700;

    private final Path root;
    private final List<Directory> directories = new ArrayList<>();

    /** Permissions and times that are given in the end: a directory may be read-only, and filling it changes its time. */
    private record Directory(Path path, int permissions, FileTime time) {}

    LocalTree(Path root) throws IOException {
        this.root = Files.createDirectories(root.toAbsolutePath());
    }

    void directory(String name, int permissions, FileTime time) throws IOException {
        Path path = resolve(name);
        if (!path.equals(root)) {
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.setAttribute(path, "unix:mode", OWNER_ALL);
            } else {
                make(path, () -> Files.createDirectory(path));
            }
        }
        directories.add(new Directory(path, permissions, time));
    }

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    void file(String name, Content content, int permissions, FileTime time) throws IOException {
        Path path = below(name);
        OutputStream[] opened = new OutputStream[1];
        make(
                path,
                () -> opened[0] = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        try (OutputStream out = opened[0]) {
            content.writeTo(out);
        }
        FileFacts.apply(path, permissions, time);
    }

    void symbolicLink(String name, String target, FileTime time) throws IOException {
        Path path = below(name);
        Path pointsTo = path(target);
        make(path, () -> Files.createSymbolicLink(path, pointsTo));
        FileFacts.applyTime(path, time);
    }

    void hardLink(String name, String other) throws IOException {
        Path path = below(name);
        Path target = below(other);
        make(path, () -> Files.createLink(path, target));
    }

    void finish() throws IOException {
        for (Directory directory : directories.reversed()) {
            if (Files.isDirectory(directory.path(), LinkOption.NOFOLLOW_LINKS)) { // not replaced since
                FileFacts.apply(directory.path(), directory.permissions(), directory.time());
            }
        }
    }

    /** Where something goes that is not the tree itself. */
    private Path below(String name) throws IOException {
        Path path = resolve(name);
        if (path.equals(root)) {
            throw new IOException("the other side sent a file as '" + name + "', which is the tree itself");
        }
        return path;
    }

    private static Path path(String name) throws IOException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException("the other side sent a name that files here cannot have: " + e.getMessage(), e);
        }
    }

    private Path resolve(String name) throws IOException {
        Path path = root;
        Path relative = path(name).normalize();
        if (relative.isAbsolute() || relative.startsWith("..")) {
            throw new IOException("the other side sent the name '" + name + "', which is outside of the tree");
        }
        if (relative.toString().isEmpty()) {
            return root;
        }
        for (int i = 0; i < relative.getNameCount(); i++) {
            if (i > 0 && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("'" + name + "' is to be written below " + path + ", which is not a directory");
            }
            path = path.resolve(relative.getName(i));
        }
        return path;
    }

    @FunctionalInterface
    private interface Maker {
        Object make() throws IOException;
    }

    private static void make(Path path, Maker maker) throws IOException {
        try {
            Object _ = maker.make();
        } catch (FileAlreadyExistsException e) {
            Files.delete(path); // fails for a directory with content
            Object _ = maker.make();
        }
    }
}
