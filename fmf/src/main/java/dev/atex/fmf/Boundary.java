package dev.atex.fmf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The directory that reading a tree does not leave, whatever links are in it. Used by one thread while loading. */
final class Boundary {
    private static final String GIT = ".git";

    /** Without links; null when there is none. */
    private final @Nullable Path limit;

    private final Set<SkippedLink> skipped = new LinkedHashSet<>();

    private Boundary(@Nullable Path limit) {
        this.limit = limit;
    }

    static Boundary none() {
        return new Boundary(null);
    }

    static Boundary at(Path directory) {
        return new Boundary(real(directory));
    }

    /** The git checkout that the directory is in, or itself. */
    static Boundary around(Path directory) {
        Path real = real(directory);
        for (Path at = real; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(GIT), LinkOption.NOFOLLOW_LINKS)) { // a file in a linked worktree
                return new Boundary(at);
            }
        }
        return new Boundary(real);
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Where a path leads, when that is not outside; the path itself when it leads nowhere. */
    Optional<Path> follow(Path path) {
        Path target;
        try {
            target = path.toRealPath();
        } catch (IOException e) {
            return Optional.of(path); // there is nothing to be read
        }
        return isInside(target) ? Optional.of(target) : Optional.empty();
    }

    /** The same for something in the tree; what is outside is remembered. */
    Optional<Path> enter(Path place, Path path) {
        Optional<Path> target = follow(path);
        if (target.isEmpty()) {
            skipped.add(new SkippedLink(place.toAbsolutePath().normalize(), real(path)));
        }
        return target;
    }

    /**
     * Opens a directory.
     *
     * @param real where it is, as {@link #follow} says: from the limit down no link is followed, should there be one by now
     */
    OpenDirectory open(Path real) throws IOException {
        if (limit == null) {
            return OpenDirectory.of(real);
        }
        if (!real.startsWith(limit)) {
            throw new NoSuchFileException(real.toString()); // it led nowhere
        }
        OpenDirectory at = OpenDirectory.of(limit);
        if (real.equals(limit)) {
            return at;
        }
        for (Path name : limit.relativize(real)) {
            try (OpenDirectory above = at) {
                at = above.enter(name);
            }
        }
        return at;
    }

    /** Reads a file, which is where {@link #follow} says. */
    byte[] read(Path real) throws IOException {
        Path parent = real.getParent();
        if (limit != null && (parent == null || !parent.startsWith(limit))) {
            Path appeared = real.toRealPath(); // fails, and says why it led nowhere
            throw new NoSuchFileException(appeared.toString());
        }
        if (limit == null || parent == null) {
            try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
                return in.readAllBytes();
            }
        }
        try (OpenDirectory directory = open(parent)) {
            return directory.read(real.getFileName());
        }
    }

    private boolean isInside(Path target) {
        if (limit == null) {
            return true;
        }
        if (!target.startsWith(limit)) {
            return false;
        }
        for (Path name : limit.relativize(target)) {
            if (name.toString().equals(GIT)) { // what git keeps is no content of the tree, and may hold secrets
                return false;
            }
        }
        return true;
    }

    List<SkippedLink> skipped() {
        return new ArrayList<>(skipped);
    }
}
