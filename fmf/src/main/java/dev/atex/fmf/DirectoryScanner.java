package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the metadata files below a directory, in the order in which they count. Reads none of them. */
final class DirectoryScanner {
    private static final Set<String> IGNORED = Set.of("/dev", "/proc", "/sys");

    private final @Nullable Object config;
    /** Where symbolic links to directories have led so far: each place is entered once through a link. */
    private final Set<Path> linked = new HashSet<>();

    /** @param config the content of the tree's configuration file */
    DirectoryScanner(@Nullable Object config) {
        this.config = config;
    }

    /**
     * A directory.
     *
     * @param name its name
     * @param files its metadata files
     * @param directories the directories in it that belong to the tree
     * @param readable false when it could not be listed; it then contributes nothing
     * @param failure what is wrong with the configuration, when that turned out after the files
     */
    record Directory(
            String name,
            List<MetadataFile> files,
            List<Directory> directories,
            boolean readable,
            @Nullable FmfException failure) {
        List<MetadataFile> allFiles() {
            List<MetadataFile> all = new ArrayList<>();
            collect(all);
            return all;
        }

        private void collect(List<MetadataFile> all) {
            all.addAll(files);
            for (Directory each : directories) {
                each.collect(all);
            }
        }
    }

    /** The directory with all that is below it; null when it cannot be listed. */
    @Nullable
    Directory scan(String path) throws FmfException {
        if (path.isEmpty() || IGNORED.contains(path)) {
            return null;
        }
        File directory = new File(path);
        String[] names = directory.list();
        return names == null ? null : scan(directory, names);
    }

    private Directory scan(File directory, String[] names) throws FmfException {
        List<MetadataFile> files = new ArrayList<>(4);
        List<Directory> directories = new ArrayList<>();
        List<String> candidates = new ArrayList<>();
        Arrays.sort(names, PyText::compare);
        for (String name : names) {
            File entry = new File(directory, name);
            if (entry.isDirectory()) {
                candidates.add(name);
            } else if (name.endsWith(".fmf") && !isHidden(name)) {
                MetadataFile file =
                        new MetadataFile(entry.toPath().toAbsolutePath().normalize());
                files.add(name.equals("main.fmf") ? 0 : files.size(), file);
            }
        }
        FmfException failure = null;
        try {
            for (String name : candidates) {
                Directory below = isHidden(name) ? null : scanBelow(new File(directory, name));
                if (below != null) {
                    directories.add(below);
                }
            }
        } catch (FmfException e) {
            failure = e;
        }
        return new Directory(directory.getName(), files, directories, true, failure);
    }

    /** Null when the directory does not belong to the tree. */
    private @Nullable Directory scanBelow(File directory) throws FmfException {
        Path path = directory.toPath();
        if (Files.isSymbolicLink(path) && !linked.add(realPath(path))) {
            return null;
        }
        String[] names = directory.list();
        if (names == null || IGNORED.contains(directory.getPath())) {
            return new Directory(directory.getName(), List.of(), List.of(), false, null);
        }
        if (Arrays.asList(names).contains(".fmf") && new File(directory, ".fmf").isDirectory()) {
            return null;
        }
        return scan(directory, names);
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    private boolean isHidden(String name) throws FmfException {
        return name.charAt(0) == '.' && !includes(name);
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
