package dev.atex.results;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves links to the files of one test into a directory that may already have files of other tests: the files of subtest
 * {@code b} of test {@code /a} are where those of test {@code /a/b} are. Never overwrites: a file whose name is taken gets
 * {@code ~1} (or {@code ~2}...) appended. {@link #plan} only creates the directory, {@link #run} moves, and {@link #undo}
 * removes what was moved. Not thread-safe.
 */
final class FilesMove {
    private record Step(Path from, Path to) {}

    private final ArtifactFiles original;
    private final @Nullable Path links;
    private final @Nullable Path target;
    private final List<Step> steps = new ArrayList<>();

    /** By the file in {@link #links}. */
    private final Map<Path, String> newNames = new HashMap<>();

    private int done;

    private FilesMove(ArtifactFiles original, @Nullable Path links, @Nullable Path target) {
        this.original = original;
        this.links = links;
        this.target = target;
    }

    /** Returns a move of no files. */
    static FilesMove none(ArtifactFiles original) {
        return new FilesMove(original, null, null);
    }

    /**
     * Plans to move all files.
     *
     * @param original the files of the test
     * @param links a tree with the same files, which is moved; empty if there are none
     * @param tree the files of the run; the files go to the directory for this platform and test
     */
    static FilesMove plan(
            ArtifactFiles original, Optional<Path> links, ArtifactFiles tree, String platform, String test)
            throws IOException {
        if (links.isEmpty()) {
            return none(original);
        }
        Path from = links.get();
        Path target = tree.makeDirectory(platform, test);
        FilesMove move = new FilesMove(original, from, target);
        try {
            if (Trees.entries(target).isEmpty()) {
                move.steps.add(new Step(from, target)); // a rename may replace an empty directory
            } else {
                move.merge(from, target);
            }
            return move;
        } catch (IOException | RuntimeException e) {
            move.removeEmptyTargets(tree.directory());
            throw e;
        }
    }

    private void merge(Path from, Path to) throws IOException {
        Set<Path> taken = new HashSet<>();
        for (Path entry : Trees.entries(from)) {
            String name = entry.getFileName().toString();
            Path place = to.resolve(name);
            if (isDirectory(entry)) {
                for (int i = 1; !isFree(place, taken) && !isDirectory(place); i++) {
                    place = to.resolve(ArtifactFiles.alternative(name, i));
                }
                if (isFree(place, taken)) {
                    add(entry, place, taken);
                } else {
                    merge(entry, place);
                }
            } else {
                for (int i = 1; !isFree(place, taken); i++) {
                    String alternative = ArtifactFiles.alternative(name, i);
                    place = to.resolve(alternative);
                    newNames.put(entry, alternative);
                }
                add(entry, place, taken);
            }
        }
    }

    private void add(Path from, Path to, Set<Path> taken) {
        taken.add(to);
        steps.add(new Step(from, to));
    }

    /** Returns false also for a name that another file will get: {@code a} may want {@code a~1} before {@code a~1} does. */
    private static boolean isFree(Path place, Set<Path> taken) {
        return !taken.contains(place) && !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the directory that gets the files; empty if there are none. */
    Optional<Path> target() {
        return Optional.ofNullable(target);
    }

    /** Returns true if a file gets another name. */
    boolean renames() {
        return !newNames.isEmpty();
    }

    /**
     * Returns the name of a file after the move.
     *
     * @param result the name of the result; null: the result for the test itself
     * @param file the name that the test reported
     */
    String nameOf(@Nullable String result, String file) throws IOException {
        Path from = links;
        Optional<Path> there = from == null ? Optional.empty() : original.find(result, file);
        if (from == null || there.isEmpty()) {
            return file;
        }
        String name = newNames.get(from.resolve(original.directory().relativize(there.get())));
        return name == null ? file : file.substring(0, file.lastIndexOf('/') + 1) + name;
    }

    /** Moves the files. */
    void run() throws IOException {
        for (Step step : steps) {
            Files.move(step.from(), step.to(), StandardCopyOption.ATOMIC_MOVE);
            done++;
        }
    }

    /** Removes everything that was moved. */
    void undo(ArtifactFiles tree) throws IOException {
        while (done > 0) {
            Trees.delete(steps.get(done - 1).to());
            done--;
        }
        removeEmptyTargets(tree.directory());
    }

    private void removeEmptyTargets(Path top) throws IOException {
        Trees.deleteEmptyUpTo(target, top);
    }
}
