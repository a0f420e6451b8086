package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the metadata files below a directory, in the order in which they count. Reads none of them. */
final class DirectoryScanner {
    private static final Set<String> IGNORED = Set.of("/dev", "/proc", "/sys");

    private final @Nullable Object config;
    private final @Nullable Path root;
    private final Boundary boundary;
    /** Where symbolic links to directories have led so far: each place is entered once through a link. */
    private final Set<Path> linked = new HashSet<>();

    /**
     * For one tree.
     *
     * @param config the content of its configuration file
     * @param root its root, null when it has none
     * @param boundary where links are not followed any more
     */
    DirectoryScanner(@Nullable Object config, @Nullable Path root, Boundary boundary) {
        this.config = config;
        this.root = root;
        this.boundary = boundary;
    }

    /** A directory, with what of it belongs to the tree. */
    static final class Directory {
        private final File file;
        private final List<MetadataFile> files = new ArrayList<>(4);
        private final List<Directory> directories = new ArrayList<>();
        private Iterator<String> unvisited = Collections.emptyIterator();
        private @Nullable FmfException failure;

        private Directory(File file) {
            this.file = file;
        }

        String name() {
            return file.getName();
        }

        /** Its metadata files. */
        List<MetadataFile> files() {
            return files;
        }

        /** The directories in it; one that could not be listed is among them, and empty. */
        List<Directory> directories() {
            return directories;
        }

        /** What is wrong with the configuration, when that turned out after the files. */
        @Nullable
        FmfException failure() {
            return failure;
        }

        /** Its files and those of all directories below. */
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

    /** The directory with all that is below it; null when it cannot be listed. */
    @Nullable
    Directory scan(String path) throws FmfException {
        if (path.isEmpty() || IGNORED.contains(path)) {
            return null;
        }
        Directory top = new Directory(new File(path));
        String[] names = top.file.list();
        if (names == null) {
            return null;
        }
        list(top, names);
        Deque<Directory> open = new ArrayDeque<>(List.of(top));
        while (!open.isEmpty()) {
            Directory directory = open.peek();
            if (directory.unvisited.hasNext()) {
                Directory below = visit(new File(directory.file, directory.unvisited.next()));
                if (below != null) {
                    directory.directories.add(below);
                    open.push(below);
                }
            } else {
                open.pop();
            }
        }
        return top;
    }

    private void list(Directory directory, String[] names) throws FmfException {
        Arrays.sort(names, PyText::compare);
        List<String> below = new ArrayList<>();
        for (String name : names) {
            File entry = new File(directory.file, name);
            if (entry.isDirectory()) {
                below.add(name);
            } else if (name.endsWith(".fmf") && !isHidden(name)) {
                MetadataFile file = file(entry);
                if (file != null) {
                    directory.files.add(name.equals("main.fmf") ? 0 : directory.files.size(), file);
                }
            }
        }
        List<String> visible = new ArrayList<>(below.size());
        try {
            for (String name : below) {
                if (!isHidden(name)) {
                    visible.add(name);
                }
            }
        } catch (FmfException e) {
            directory.failure = e;
        }
        directory.unvisited = visible.iterator();
    }

    /** Null when the file does not belong to the tree. */
    private @Nullable MetadataFile file(File entry) {
        Path path = entry.toPath();
        Path opened = path;
        if (Files.isSymbolicLink(path)) {
            Optional<Path> target = boundary.enter(path, path);
            if (target.isEmpty()) {
                return null;
            }
            opened = target.get();
        }
        return new MetadataFile(path.toAbsolutePath().normalize(), entry.isFile() || !entry.exists(), opened);
    }

    /** Null when the directory does not belong to the tree. */
    private @Nullable Directory visit(File file) throws FmfException {
        Path path = file.toPath();
        if (Files.isSymbolicLink(path)) {
            Optional<Path> target = boundary.enter(path, path);
            if (target.isEmpty() || !linked.add(target.get())) {
                return null;
            }
        }
        Directory directory = new Directory(file);
        String[] names = IGNORED.contains(file.getPath()) ? null : file.list();
        if (names != null) {
            if (Arrays.asList(names).contains(".fmf") && new File(file, ".fmf").isDirectory()) {
                return null;
            }
            list(directory, names);
        }
        return directory;
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
            throw new InvalidValueException("TypeError", "'" + PyTypes.name(config) + "' object is not subscriptable");
        }
        if (!settings.containsKey("explore")) {
            return false;
        }
        if (!(settings.get("explore") instanceof Map<?, ?> explore)) {
            throw new InvalidValueException(
                    "TypeError", "'" + PyTypes.name(settings.get("explore")) + "' object is not subscriptable");
        }
        if (!explore.containsKey("include")) {
            return false;
        }
        if (!(explore.get("include") instanceof List<?> include)) {
            throw new FmfException("The 'include' config section should be a list, found '"
                    + PyRepr.str(explore.get("include")) + "'.");
        }
        if (include.contains(".fmf")) {
            throw new FmfException("The '.fmf' directory cannot be used for storing fmf metadata.");
        }
        return include.contains(name);
    }
}
