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

/** The directory that links must not leave while a tree is read. For one thread. */
final class Boundary {
    private static final String GIT = ".git";

    /** The directory with links resolved; null if there is no limit. */
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

    /** Returns the git checkout that contains the directory, or the directory itself. */
    static Boundary around(Path directory) {
        Path real = real(directory);
        for (Path at = real; at != null; at = at.getParent()) {
            if (Files.exists(at.resolve(GIT), LinkOption.NOFOLLOW_LINKS)) { // it is a file in a linked worktree
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

    /** Returns the target of a path if it is inside; the path itself if its target does not exist. */
    Optional<Path> follow(Path path) {
        Path target;
        try {
            target = path.toRealPath();
        } catch (IOException e) {
            return Optional.of(path); // nothing to read there
        }
        return isInside(target) ? Optional.of(target) : Optional.empty();
    }

    /** Does the same for an entry of the tree, and records targets that are outside. */
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
     * @param real a result of {@link #follow}; below the limit no link is followed, even if one appeared meanwhile
     */
    OpenDirectory open(Path real) throws IOException {
        if (limit == null) {
            return OpenDirectory.of(real);
        }
        if (!real.startsWith(limit)) {
            throw new NoSuchFileException(real.toString()); // its target did not exist
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

    /** Reads a file that {@link #follow} returned. */
    byte[] read(Path real) throws IOException {
        Path parent = real.getParent();
        if (limit != null && (parent == null || !parent.startsWith(limit))) {
            Path appeared = real.toRealPath(); // throws, with the reason why the target did not exist
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
            if (name.toString().equals(GIT)) { // git's own files are not part of the tree and may contain secrets
                return false;
            }
        }
        return true;
    }

    List<SkippedLink> skipped() {
        return new ArrayList<>(skipped);
    }
}
