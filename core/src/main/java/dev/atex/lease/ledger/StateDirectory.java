package dev.atex.lease.ledger;

import dev.atex.internal.files.PrivateDirectories;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The directory with the ledgers of all runs of a user, which can be found without knowing run directories:
 * {@code $XDG_STATE_HOME/atex}, by default {@code ~/.local/state/atex} (XDG Base Directory Specification 0.8).
 *
 * @param path absolute
 */
public record StateDirectory(Path path) {
    private static final String LEDGER = ".ledger";
    private static final String LOCKS = "locks";

    /** Checks that the path is absolute. */
    public StateDirectory {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not absolute: " + path);
        }
    }

    /** Returns the directory that the environment names. */
    public static StateDirectory of(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (state.startsWith("/")) { // others are to be ignored, says the specification
            return new StateDirectory(Path.of(state, "atex"));
        }
        String home = environment.getOrDefault("HOME", "");
        Path base = home.startsWith("/") ? Path.of(home) : Path.of(System.getProperty("user.home", "/"));
        return new StateDirectory(base.toAbsolutePath().resolve(".local/state/atex"));
    }

    /** Forces a directory to disk. */
    @FunctionalInterface
    interface Force {
        void force(Path directory) throws IOException;
    }

    /** Creates it if missing, for this user only. */
    void create() throws IOException {
        create(StateDirectory::force);
    }

    /** Forces the parent of each new directory: otherwise POSIX does not guarantee that it survives a power failure. */
    void create(Force force) throws IOException {
        List<Path> parents = new ArrayList<>();
        for (Path made = path; !Files.isDirectory(made) && made.getParent() != null; made = made.getParent()) {
            parents.addFirst(made.getParent());
        }
        if (!parents.isEmpty()) {
            PrivateDirectories.createIfMissing(path);
        }
        for (Path parent : parents) {
            force.force(parent);
        }
    }

    /** Forces the names in a directory to disk. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Returns the path of the ledger of a run. */
    public Path ledger(String run) {
        return path.resolve(run + LEDGER);
    }

    /** Returns the lock file: each run locks a byte of it as long as it lives. Opened for nothing else. */
    Path locks() {
        return path.resolve(LOCKS);
    }

    /** Returns the name of the lock that a reaper of this run holds in addition to the lock of the run. */
    static String reaperOf(String run) {
        return "reaper of " + run;
    }

    /** Returns the directory with copies of the programs that guards start. */
    Path programs() {
        return path.resolve("programs");
    }

    /** Returns the file with the output of a run's guard and its reapers. */
    public Path reapLog() {
        return path.resolve("reap.log");
    }

    /** Returns the ids of the runs that have a ledger, sorted: the oldest first if ids start with a time. */
    public List<String> runs() throws IOException {
        List<String> runs = new ArrayList<>();
        if (Files.isDirectory(path)) {
            try (var files = Files.newDirectoryStream(path, "*" + LEDGER)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    runs.add(name.substring(0, name.length() - LEDGER.length()));
                }
            }
        }
        runs.sort(null);
        return runs;
    }
}
