package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import java.io.File;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the metadata files below a directory in the order in which they apply, and reads their bytes. */
final class DirectoryScanner {
    private static final Set<String> IGNORED = Set.of("/dev", "/proc", "/sys");

    private static final Path FMF = Path.of(".fmf");

    /** The number of nested directories to keep open. */
    private static final int MOST_OPEN = 64;

    private final @Nullable Object config;
    private final @Nullable Path root;
    private final Boundary boundary;
    /** The targets of links to directories so far: each is entered only once through a link. */
    private final Set<Path> linked = new HashSet<>();

    private final List<Notice> notices = new ArrayList<>();

    /**
     * Creates a scanner for one tree.
     *
     * @param config the content of the tree's configuration file
     * @param root the root of the tree, null if it has none
     * @param boundary links that leave it are not followed
     */
    DirectoryScanner(@Nullable Object config, @Nullable Path root, Boundary boundary) {
        this.config = config;
        this.root = root;
        this.boundary = boundary;
    }

    /** A directory and its entries that belong to the tree. */
    static final class Directory {
        private final File file;
        /** Its path with links resolved. */
        private final Path real;
        /** Null if it is too far above the current directory. */
        private @Nullable OpenDirectory open;

        private final List<MetadataFile> files = new ArrayList<>(4);
        private final List<Directory> directories = new ArrayList<>();
        private Iterator<Path> unvisited = Collections.emptyIterator();
        private @Nullable FmfException failure;

        private Directory(File file, Path real) {
            this.file = file;
            this.real = real;
        }

        private void close() {
            OpenDirectory opened = open;
            open = null;
            if (opened != null) {
                opened.close();
            }
        }

        String name() {
            return file.getName();
        }

        /** Returns its metadata files. */
        List<MetadataFile> files() {
            return files;
        }

        /** Returns its directories; one that could not be listed is included, and empty. */
        List<Directory> directories() {
            return directories;
        }

        /** Returns an error of the configuration that was found after the files. */
        @Nullable
        FmfException failure() {
            return failure;
        }

        /** Returns its files and those of all directories below it. */
        List<MetadataFile> allFiles() {
            List<MetadataFile> all = new ArrayList<>();
            Deque<Directory> open = new ArrayDeque<>(List.of(this));
            while (!open.isEmpty()) {
                Directory next = open.pop();
                all.addAll(next.files);
                next.directories.reversed().forEach(open::push);
            }
            return all;
        }
    }

    /** Scans a directory and everything below it; returns null if it cannot be listed. */
    @Nullable
    Directory scan(String path) throws FmfException {
        if (path.isEmpty() || IGNORED.contains(path)) {
            return null;
        }
        Deque<Directory> open = new ArrayDeque<>();
        try {
            Directory top = top(new File(path));
            if (top != null) {
                open.push(top);
                scan(open);
            }
            return top;
        } finally {
            open.forEach(Directory::close);
        }
    }

    private @Nullable Directory top(File file) throws FmfException {
        Optional<Path> real;
        try {
            real = boundary.follow(file.toPath());
        } catch (InvalidPathException e) {
            return null;
        }
        if (real.isEmpty()) {
            return null;
        }
        Directory top = new Directory(file, real.get());
        List<Path> names = open(top, () -> boundary.open(top.real));
        if (names == null) {
            return null;
        }
        list(top, names);
        return top;
    }

    private void scan(Deque<Directory> open) throws FmfException {
        while (!open.isEmpty()) {
            Directory directory = open.peek();
            if (directory.unvisited.hasNext()) {
                Directory below = visit(directory, directory.unvisited.next());
                if (below != null) {
                    directory.directories.add(below);
                    open.push(below);
                    closeFarAbove(open);
                }
            } else {
                open.pop().close();
            }
        }
    }

    private static void closeFarAbove(Deque<Directory> open) {
        if (open.size() > MOST_OPEN) {
            open.stream().skip(MOST_OPEN).findFirst().ifPresent(Directory::close);
        }
    }

    @FunctionalInterface
    private interface Opening {
        OpenDirectory open() throws IOException;
    }

    /** Returns the names in a directory; null if it cannot be listed. */
    private @Nullable List<Path> open(Directory directory, Opening opening) {
        try {
            OpenDirectory opened = opening.open();
            directory.open = opened;
            return opened.names();
        } catch (AccessDeniedException e) {
            directory.close();
            Location place =
                    new Location(directory.file.toPath().toAbsolutePath().normalize(), 0, 0);
            notices.add(
                    new Notice(place, "this directory cannot be read (permission denied): metadata in it are missing"));
            return null;
        } catch (IOException e) {
            directory.close();
            return null;
        }
    }

    /** Returns the notices about directories that cannot be read, and forgets them. */
    List<Notice> takeNotices() {
        List<Notice> taken = List.copyOf(notices);
        notices.clear();
        return taken;
    }

    private OpenDirectory opened(Directory directory) throws IOException {
        OpenDirectory opened = directory.open;
        if (opened == null) {
            opened = boundary.open(directory.real);
            directory.open = opened;
        }
        return opened;
    }

    private void list(Directory directory, List<Path> names) throws FmfException {
        names.sort((a, b) -> PyText.compare(a.toString(), b.toString()));
        List<Path> below = new ArrayList<>();
        for (Path name : names) {
            Optional<BasicFileAttributes> attributes = attributes(directory, name);
            boolean link = attributes.map(BasicFileAttributes::isSymbolicLink).orElse(false);
            String text = name.toString();
            File entry = new File(directory.file, text);
            if (link
                    ? entry.isDirectory()
                    : attributes.map(BasicFileAttributes::isDirectory).orElse(false)) {
                below.add(name);
            } else if (text.endsWith(".fmf") && !isHidden(text)) {
                MetadataFile file = link
                        ? linked(entry)
                        : file(
                                directory,
                                name,
                                entry,
                                attributes
                                        .map(BasicFileAttributes::isRegularFile)
                                        .orElse(true));
                if (file != null) {
                    directory.files.add(text.equals("main.fmf") ? 0 : directory.files.size(), file);
                }
            }
        }
        List<Path> visible = new ArrayList<>(below.size());
        try {
            for (Path name : below) {
                if (!isHidden(name.toString())) {
                    visible.add(name);
                }
            }
        } catch (FmfException e) {
            directory.failure = e;
        }
        directory.unvisited = visible.iterator();
    }

    /** Returns the attributes of an entry; empty if it is gone or not accessible. */
    private Optional<BasicFileAttributes> attributes(Directory directory, Path name) {
        try {
            return Optional.of(opened(directory).attributes(name));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private MetadataFile file(Directory directory, Path name, File entry, boolean regular) {
        Path path = entry.toPath();
        return new MetadataFile(
                path.toAbsolutePath().normalize(),
                regular,
                path,
                () -> opened(directory).read(name));
    }

    /** Returns the file a link points to; null if it does not belong to the tree. */
    private @Nullable MetadataFile linked(File entry) {
        Path path = entry.toPath();
        Optional<Path> target = boundary.enter(path, path);
        if (target.isEmpty()) {
            return null;
        }
        return new MetadataFile(
                path.toAbsolutePath().normalize(),
                entry.isFile() || !entry.exists(),
                target.get(),
                () -> boundary.read(target.get()));
    }

    /** Enters a directory; returns null if it does not belong to the tree. */
    private @Nullable Directory visit(Directory above, Path name) throws FmfException {
        File file = new File(above.file, name.toString());
        Path real = above.real.resolve(name);
        Opening opening = () -> opened(above).enter(name);
        if (attributes(above, name).map(BasicFileAttributes::isSymbolicLink).orElse(false)) {
            Path path = file.toPath();
            Optional<Path> target = boundary.enter(path, path);
            if (target.isEmpty() || !linked.add(target.get())) {
                return null;
            }
            real = target.get();
            opening = () -> boundary.open(target.get());
        }
        Directory directory = new Directory(file, real);
        List<Path> names = IGNORED.contains(file.getPath()) ? null : open(directory, opening);
        if (names != null) {
            if (names.contains(FMF) && isDirectory(directory, file)) {
                directory.close();
                return null;
            }
            list(directory, names);
        }
        return directory;
    }

    /** Returns whether the entry is a directory with a tree of its own, or a link to one, which is not entered. */
    private boolean isDirectory(Directory directory, File file) {
        return attributes(directory, FMF)
                .map(found ->
                        found.isSymbolicLink() ? new File(file, FMF.toString()).isDirectory() : found.isDirectory())
                .orElse(false);
    }

    private boolean isHidden(String name) throws FmfException {
        try {
            return name.charAt(0) == '.' && !includes(name);
        } catch (FmfException e) {
            if (root != null) {
                e.setLocation(new Location(root.resolve(".fmf/config"), 0, 0));
            }
            throw e;
        }
    }

    private boolean includes(String name) throws FmfException {
        if (!(config instanceof Map<?, ?> settings)) {
            throw InvalidValueException.explained(
                    "TypeError", "The configuration must be a mapping, not '" + PyTypes.name(config) + "'.");
        }
        if (!settings.containsKey("explore")) {
            return false;
        }
        if (!(settings.get("explore") instanceof Map<?, ?> explore)) {
            throw InvalidValueException.explained(
                    "TypeError",
                    "The 'explore' config section should be a mapping, found '" + PyTypes.name(settings.get("explore"))
                            + "'.");
        }
        if (!explore.containsKey("include")) {
            return false;
        }
        if (!(explore.get("include") instanceof List<?> include)) {
            throw new LoadException(
                    LoadException.Kind.GENERAL,
                    "The 'include' config section should be a list, found '" + PyRepr.str(explore.get("include"))
                            + "'.");
        }
        if (include.contains(".fmf")) {
            throw new LoadException(
                    LoadException.Kind.GENERAL, "The '.fmf' directory cannot be used for storing fmf metadata.");
        }
        return include.contains(name);
    }
}
