package dev.atex.lease.ledger;

import dev.atex.internal.files.PrivateDirectories;
import dev.atex.internal.files.Trees;
import dev.atex.internal.text.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The program that a guard starts: a copy of the jars of this JVM, because a build may replace or delete the originals
 * while the guard waits. All runs of the same jars (by name, length, time and inode) share one copy in the state directory.
 * Creating a copy deletes those that no ledger names any more.
 *
 * <p>Class directories on the class path of developers are not copied; nor is the JDK.
 */
final class GuardProgram {
    /** The key of the copy's name in a ledger's first line. */
    static final String KEY = "program";

    /** A run names the copy in its ledger first, and then looks for it, within less than this time. */
    private static final Duration YOUNG = Duration.ofDays(1);

    private static final int NAME_BYTES = 8;

    private final StateDirectory directory;
    private final List<Path> jars;
    private final String name;

    private GuardProgram(StateDirectory directory, List<Path> jars, String name) {
        this.directory = directory;
        this.jars = jars;
        this.name = name;
    }

    /** Returns the program of this JVM. */
    static GuardProgram of(StateDirectory directory) {
        List<String> entries = new ArrayList<>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
        }
        return of(directory, entries);
    }

    static GuardProgram of(StateDirectory directory, List<String> entries) {
        List<Path> jars = new ArrayList<>();
        StringBuilder known = new StringBuilder();
        for (String entry : entries) {
            Path path = Path.of(entry).toAbsolutePath();
            if (!entry.isEmpty() && !jars.contains(path) && describe(path, known)) {
                jars.add(path);
            }
        }
        return new GuardProgram(directory, jars, name(known.toString()));
    }

    /** Returns false if the path is not a file, or was deleted. */
    private static boolean describe(Path path, StringBuilder known) {
        try {
            Map<String, Object> file = Files.readAttributes(path, "unix:isRegularFile,size,lastModifiedTime,ino");
            known.append(path);
            file.values().forEach(value -> known.append('\0').append(value));
            known.append('\n');
            return Boolean.TRUE.equals(file.get("isRegularFile"));
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(String known) {
        return Sha256.hex(known, StandardCharsets.UTF_8, NAME_BYTES);
    }

    /** Returns its name in a ledger; empty if there is nothing to copy. */
    Optional<String> name() {
        return jars.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    /** Creates the copy, if there is none. */
    void keep() throws IOException {
        Path copy = directory.programs().resolve(name);
        if (jars.isEmpty()) {
            return;
        }
        if (Files.isDirectory(copy)) { // complete, since it was moved here
            Files.setLastModifiedTime(copy, FileTime.from(Instant.now()));
            return;
        }
        Files.createDirectories(directory.programs());
        removeUnused();
        Path made = PrivateDirectories.createTemporary(directory.programs(), "new-");
        for (Path jar : jars) {
            Path to = made.resolve(inside(jar));
            Files.createDirectories(to.getParent());
            Files.copy(jar, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
        try {
            Files.move(made, copy, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Trees.delete(made);
            if (!Files.isDirectory(copy)) { // otherwise another run was faster
                throw e;
            }
        }
    }

    /** Copies a jar into its own directory: names matter on a module path, and two may be equal. */
    private Path inside(Path jar) {
        return Path.of(Integer.toString(jars.indexOf(jar)), jar.getFileName().toString());
    }

    /** Returns a class path or module path of this JVM with absolute paths, and with copies instead of originals. */
    String path(String path, boolean kept) {
        List<String> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator, -1)) {
            Path absolute = Path.of(entry).toAbsolutePath();
            if (kept && jars.contains(absolute)) {
                entries.add(directory
                        .programs()
                        .resolve(name)
                        .resolve(inside(absolute))
                        .toString());
            } else {
                entries.add(entry.isEmpty() ? "" : absolute.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private void removeUnused() throws IOException {
        Set<String> used = new HashSet<>();
        for (String run : directory.runs()) {
            LedgerReader.readIfThere(directory.ledger(run), run)
                    .flatMap(LedgerReader::program)
                    .ifPresent(used::add);
        }
        Instant young = Instant.now().minus(YOUNG);
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(directory.programs())) {
            for (Path copy : copies) {
                if (!used.contains(copy.getFileName().toString())
                        && Files.getLastModifiedTime(copy).toInstant().isBefore(young)) {
                    Trees.delete(copy);
                }
            }
        }
    }
}
