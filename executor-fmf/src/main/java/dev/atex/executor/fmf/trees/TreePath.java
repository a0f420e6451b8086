package dev.atex.executor.fmf.trees;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Paths that metadata name, which are those of a tree: they begin at its root, whether there is a slash or not. */
public final class TreePath {
    private TreePath() {}

    /** Returns the path, normalized and relative to the root; empty if it leads out or is invalid. */
    public static Optional<Path> of(String text) {
        try {
            Path path = Path.of(text.replaceFirst("^/+", "")).normalize();
            return path.startsWith("..") || path.isAbsolute() ? Optional.empty() : Optional.of(path);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    public static boolean isInside(String text) {
        return of(text).isPresent();
    }

    /**
     * Returns the real path of a file below the root.
     *
     * @throws IOException the file does not exist, or is outside of the root
     */
    public static Path real(Path root, String text) throws IOException {
        Optional<Path> path = of(text);
        if (path.isPresent()) {
            Path top = root.toRealPath();
            Path real = top.resolve(path.get()).toRealPath();
            if (real.startsWith(top)) {
                return real;
            }
        }
        throw new IOException("'" + text.replace('\0', '?') + "' leads out of the tree");
    }
}
