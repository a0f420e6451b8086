package dev.atex.executor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree of files that results name: {@code files/} of the artifacts of an attempt, or the directory in which an aggregator
 * stores the files of all tests. Finds and creates the file that a result names.
 *
 * <p>The file {@code some/log} of the result {@code sub/test} is {@code sub/test/some/log}. Names come from tests and are
 * not to be trusted, so
 *
 * <ul>
 *   <li>they are relative and normalised: {@code ..}, {@code /} and the like never lead out;
 *   <li>a component longer than 255 bytes, or with what the disk does not take, is on disk a readable prefix, {@code ~}
 *       and a hash of it; a name of more than 1000 bytes or 50 components ends in such a component;
 *   <li>symbolic links are not followed;
 *   <li>where a directory is needed and something else has the name, or the other way round, the name on disk gets
 *       {@code ~1} (or {@code ~2}...).
 * </ul>
 *
 * <p>Thread-safe, as far as different files are concerned.
 */
public final class ArtifactFiles {
    private static final int MAX_ALTERNATIVES = 100;

    private final Path root;

    private ArtifactFiles(Path root) {
        this.root = root;
    }

    /** The tree in this directory, which need not exist. */
    public static ArtifactFiles in(Path directory) {
        return new ArtifactFiles(directory);
    }

    /** Returns whether a name is one for a file: not {@code ""}, {@code ..} or another that names a directory. */
    public static boolean isFileName(String name) {
        return !DiskNames.components(name).isEmpty();
    }

    /** The directory. */
    public Path directory() {
        return root;
    }

    /**
     * Returns the path of a file of a result.
     *
     * @param result the name of the result; null: of the result for the test itself
     * @param file its name, as the result lists it
     * @return an existing regular file; empty if there is none
     */
    public Optional<Path> find(@Nullable String result, String file) throws IOException {
        List<String> names = DiskNames.components(file);
        if (names.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> parent = isDirectory(root) ? Optional.of(root) : Optional.empty();
        for (String component : directories(result, names)) {
            if (parent.isEmpty()) {
                return Optional.empty();
            }
            parent = existing(parent.get(), component, true);
        }
        return parent.isEmpty() ? Optional.empty() : existing(parent.get(), names.getLast(), false);
    }

    /**
     * The place of a file of a result, which need not exist; its directories are made.
     *
     * @throws IOException the name is none for a file ({@code ..}), or the disk refuses
     */
    public Path place(@Nullable String result, String file) throws IOException {
        List<String> names = DiskNames.fileComponents(file);
        Path parent = makeRoot();
        for (String component : directories(result, names)) {
            parent = makeDirectory(parent, component);
        }
        return placeIn(parent, names.getLast());
    }

    /**
     * A directory in the tree, made if it is missing.
     *
     * @param names each relative and normalised on its own, then one below the other
     */
    public Path makeDirectory(String... names) throws IOException {
        Path directory = makeRoot();
        for (String name : names) {
            for (String component : DiskNames.components(name)) {
                directory = makeDirectory(directory, component);
            }
        }
        return directory;
    }

    /** The directory that {@link #makeDirectory} made for these names; empty if there is none. */
    public Optional<Path> findDirectory(String... names) throws IOException {
        Optional<Path> directory = isDirectory(root) ? Optional.of(root) : Optional.empty();
        for (String name : names) {
            for (String component : DiskNames.components(name)) {
                if (directory.isEmpty()) {
                    return Optional.empty();
                }
                directory = existing(directory.get(), component, true);
            }
        }
        return directory;
    }

    /** Opens a file of a result, new or for more at its end. */
    public FileChannel append(@Nullable String result, String file) throws IOException {
        return FileChannel.open(
                place(result, file), StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Gives an existing file a second name as a file of a result: it also holds what is written later.
     *
     * @throws FileAlreadyExistsException the result has a file of this name
     * @throws UnsupportedOperationException the file system has no hard links
     * @throws IOException also: no (more) links to this file can be made
     */
    public void link(@Nullable String result, String file, Path existing) throws IOException {
        Files.createLink(place(result, file), existing);
    }

    private static List<String> directories(@Nullable String result, List<String> names) {
        List<String> parents = names.subList(0, names.size() - 1);
        if (result == null) {
            return parents;
        }
        List<String> all = new ArrayList<>(DiskNames.components(result));
        all.addAll(parents);
        return all;
    }

    private Path makeRoot() throws IOException {
        if (!isDirectory(root)) {
            Files.createDirectories(root);
            if (!isDirectory(root)) {
                throw new FileAlreadyExistsException(root.toString(), null, "is a symbolic link");
            }
        }
        return root;
    }

    private static Optional<Path> existing(Path parent, String component, boolean directory) throws IOException {
        for (int i = 0; i <= MAX_ALTERNATIVES; i++) {
            Path candidate = parent.resolve(alternative(component, i));
            Optional<BasicFileAttributes> there = attributes(candidate);
            if (there.isEmpty()) {
                return Optional.empty();
            }
            if (directory ? there.get().isDirectory() : there.get().isRegularFile()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static Path makeDirectory(Path parent, String component) throws IOException {
        for (int i = 0; i <= MAX_ALTERNATIVES; i++) {
            Path candidate = parent.resolve(alternative(component, i));
            if (isDirectory(candidate)) {
                return candidate;
            }
            try {
                return Files.createDirectory(candidate);
            } catch (FileAlreadyExistsException e) {
                if (isDirectory(candidate)) { // made by another thread meanwhile
                    return candidate;
                }
            }
        }
        throw tooManyAlternatives(parent, component);
    }

    private static Path placeIn(Path parent, String component) throws IOException {
        for (int i = 0; i <= MAX_ALTERNATIVES; i++) {
            Path candidate = parent.resolve(alternative(component, i));
            Optional<BasicFileAttributes> there = attributes(candidate);
            if (there.isEmpty() || there.get().isRegularFile()) {
                return candidate;
            }
        }
        throw tooManyAlternatives(parent, component);
    }

    private static IOException tooManyAlternatives(Path parent, String component) {
        return new FileAlreadyExistsException(
                parent.resolve(component).toString(), null, "and so are " + MAX_ALTERNATIVES + " alternatives of it");
    }

    /** The name on disk that is tried next where a name and {@code i - 1} alternatives are taken; {@code ~1} is the first. */
    public static String alternative(String component, int i) {
        return i == 0 ? component : DiskNames.component(component + "~" + i);
    }

    /** The name on disk of a file whose name there gets a suffix. */
    public static String withSuffix(String component, String suffix) {
        return DiskNames.withSuffix(component, suffix);
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
        try {
            return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
