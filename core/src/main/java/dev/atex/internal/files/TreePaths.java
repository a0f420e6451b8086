package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Paths in a tree, relative to its top. */
public final class TreePaths {
    private static final Path TOP = Path.of("");
    private static final Path UP = Path.of("..");

    private TreePaths() {}

    /**
     * Parses the path of an entry in a tree that another machine sends.
     *
     * @return the normalized path; empty for the tree itself
     * @throws IOException if files here cannot have this name, or if it is outside the tree
     */
    public static Path sent(String name) throws IOException {
        return sent(target(name));
    }

    /** Normalizes the path of an entry in a tree. */
    public static Path sent(Path name) throws IOException {
        Path path = name.normalize();
        if (path.isAbsolute() || path.startsWith("..")) {
            throw new IOException("the other side sent the name '" + name + "', which is outside of the tree");
        }
        return path;
    }

    /** Parses the target of a link that another machine sends, which may be any path. */
    public static Path target(String name) throws IOException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IOException("the other side sent a name that files here cannot have: " + e.getMessage(), e);
        }
    }

    /** Returns the names of a path; none for an empty path. */
    static Iterable<Path> names(Path path) throws IOException {
        for (Path name : path) {
            if (name.equals(UP) || path.isAbsolute()) {
                throw new IOException(path + " leads out of its directory");
            }
        }
        return isTop(path) ? List.of() : path;
    }

    /** Returns whether this is the tree itself. */
    static boolean isTop(Path path) {
        return path.equals(TOP);
    }

    /** Returns the failure with the whole path. */
    static IOException named(Path path, IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> because(e, new NoSuchFileException(path.toString()));
            case AccessDeniedException _ -> because(e, new AccessDeniedException(path.toString()));
            case FileSystemException system
            when system.getReason() != null ->
                because(e, new FileSystemException(path.toString(), null, system.getReason()));
            default -> e;
        };
    }

    private static IOException because(IOException cause, IOException named) {
        named.initCause(cause);
        return named;
    }
}
