package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
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
 * Moves the files of one test below a directory that may have files of others already: those of the test {@code /a} and
 * of its subtest {@code b} lie where those of the test {@code /a/b} do. Nothing is overwritten: what finds its name taken
 * gets {@code ~1} (or {@code ~2}...) appended. Made by planning, which changes nothing but makes the directory; then
 * {@link #run}, and {@link #undo} if that or anything later failed. Not thread-safe.
 */
final class FilesMove implements ResultsFormat.FileNames {
    private record Step(Path from, Path to) {}

    private final SourceFiles source;
    private final @Nullable Path target;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Path, String> newNames = new HashMap<>();
    private int done;

    private FilesMove(SourceFiles source, @Nullable Path target) {
        this.source = source;
        this.target = target;
    }

    /** Moves nothing. */
    static FilesMove none(SourceFiles source) {
        return new FilesMove(source, null);
    }

    /**
     * Plans to move all files.
     *
     * @param source what to move; its directory need not exist
     * @param tree below which it goes, into the directory of these names
     */
    static FilesMove plan(SourceFiles source, ArtifactFiles tree, String platform, String test) throws IOException {
        Path from = source.directory();
        if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
            return none(source);
        }
        if (!isDirectory(from)) {
            throw new NotDirectoryException(from.toString());
        }
        if (!Trees.holdsFiles(from)) {
            return none(source);
        }
        Path target = tree.makeDirectory(platform, test);
        FilesMove move = new FilesMove(source, target);
        try {
            if (Trees.entries(target).isEmpty()) {
                move.steps.add(new Step(from, target)); // an empty directory may be replaced by another
            } else {
                move.merge(from, target);
            }
            return move;
        } catch (IOException | RuntimeException e) {
            move.dropEmptyTargets(tree.directory());
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

    /** Also not a name that is still to be moved here: {@code a} may want {@code a~1} before {@code a~1} does. */
    private static boolean isFree(Path place, Set<Path> taken) {
        return !taken.contains(place) && !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Where the files go; empty if there are none. */
    Optional<Path> target() {
        return Optional.ofNullable(target);
    }

    /** Whether a file gets another name when it is moved. */
    boolean renames() {
        return !newNames.isEmpty();
    }

    @Override
    public boolean differ() {
        return !newNames.isEmpty() || !source.renamed().isEmpty();
    }

    @Override
    public String of(@Nullable String result, String file) throws IOException {
        Optional<Path> there = source.find(result, file);
        if (there.isEmpty()) {
            return file;
        }
        String name = newNames.get(there.get());
        if (name == null && source.isRenamed(there.get())) {
            name = there.get().getFileName().toString();
        }
        return name == null ? file : file.substring(0, file.lastIndexOf('/') + 1) + name;
    }

    /**
     * Moves.
     *
     * @throws java.nio.file.AtomicMoveNotSupportedException to another file system
     */
    void run() throws IOException {
        for (Step step : steps) {
            Files.move(step.from(), step.to(), StandardCopyOption.ATOMIC_MOVE);
            done++;
        }
    }

    /** Moves everything back. */
    void undo(ArtifactFiles tree) throws IOException {
        while (done > 0) {
            Step step = steps.get(done - 1);
            if (Files.exists(step.from(), LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        step.from().toString(), step.to().toString(), "cannot move back");
            }
            Files.move(step.to(), step.from(), StandardCopyOption.ATOMIC_MOVE);
            done--;
        }
        dropEmptyTargets(tree.directory());
    }

    private void dropEmptyTargets(Path top) throws IOException {
        Path directory = target;
        while (directory != null && !directory.equals(top) && Trees.deleteIfEmpty(directory)) {
            directory = directory.getParent();
        }
    }
}
