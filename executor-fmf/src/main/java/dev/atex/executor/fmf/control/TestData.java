package dev.atex.executor.fmf.control;

import dev.atex.executor.ArtifactFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The files of a test's data directory, which belong to the result for the test itself. */
final class TestData {
    /** The name for a file that has the name of the captured output. */
    private static final String ASIDE = "data/";

    private static final int EACH = 256;

    /** The limit of files with one name: a name that is not UTF-8 is encoded, and may be equal to another. */
    private static final int MOST_OF_ONE_NAME = 100;

    private final ArtifactFiles files;
    private final long maxMemory;
    private long memory;

    /** The names under which they are stored, by what they were called in the directory. */
    private final Map<String, String> stored = new LinkedHashMap<>();

    private final SortedSet<String> names = new TreeSet<>(Report.BY_CODE_POINT);

    /** The names of those that have come in this sending, each as a whole. */
    private final Set<String> arrived = new HashSet<>();

    /** All names under which something was stored, perhaps not all of it. */
    private final Set<String> begun = new HashSet<>();

    TestData(ArtifactFiles files, long maxMemory) {
        this.files = files;
        this.maxMemory = maxMemory;
    }

    /** The names under which they are stored. */
    Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /** All is sent once more, after the test was started again: what comes replaces what had come before. */
    void sendingBegins() {
        arrived.clear();
    }

    /**
     * Opens a file.
     *
     * @param sent names of files that the test has sent itself
     * @param output name of the captured output
     * @return empty: the test has sent one of this name
     */
    Optional<FileChannel> open(String file, SortedSet<String> sent, String output) throws IOException {
        String wanted = file.equals(output) ? ASIDE + file : file;
        String name = wanted;
        for (int i = 1; arrived.contains(name) && i < MOST_OF_ONE_NAME; i++) {
            name = wanted + "~" + i;
        }
        if (sent.contains(name)) {
            return Optional.empty();
        }
        Optional<Path> there = files.find(null, name);
        if (there.isPresent() && (arrived.contains(name) || !begun.contains(name))) {
            return Optional.empty();
        }
        if (there.isPresent()) {
            Files.delete(there.get());
        }
        stored.put(file, name);
        begun.add(name);
        return Optional.of(files.append(null, name));
    }

    /** A file is there as a whole. */
    void add(String file) throws TestAbortedException {
        memory += EACH + 2 * HeapEstimate.of(file);
        if (memory > maxMemory) {
            throw ControlErrors.control("names of the files of the test take more than the limit of " + maxMemory
                    + " bytes (see --max-partial)");
        }
        String name = stored.getOrDefault(file, file);
        names.add(name);
        arrived.add(name);
    }

    /**
     * The names under which files are stored; what is not there gets a note.
     *
     * @param paths as a test has written them, relative to its directory, or absolute and below it
     */
    List<String> found(List<String> paths, String directory, List<String> notes) {
        Set<String> found = new LinkedHashSet<>();
        for (String path : paths) {
            String relative = path.startsWith(directory + "/") ? path.substring(directory.length() + 1) : path;
            String plain = Arrays.stream(relative.split("/"))
                    .filter(part -> !part.isEmpty() && !part.equals("."))
                    .collect(Collectors.joining("/"));
            String name = stored.getOrDefault(plain, plain);
            if (!names.contains(name)) {
                notes.add("log '" + ControlErrors.shown(path) + "' is no file in TMT_TEST_DATA");
            } else {
                found.add(name);
            }
        }
        return new ArrayList<>(found);
    }

    /**
     * Makes a file one of a subtest as well, under the same name.
     *
     * @return how many bytes were copied; none where a link could be made
     */
    long share(String name, String subtest) throws IOException {
        Optional<Path> there = files.find(null, name);
        if (there.isEmpty()) {
            return 0;
        }
        try {
            files.link(subtest, name, there.get());
            return 0;
        } catch (FileAlreadyExistsException e) {
            return 0; // two results of one name
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(there.get(), files.place(subtest, name), StandardCopyOption.REPLACE_EXISTING);
            return Files.size(there.get());
        }
    }
}
