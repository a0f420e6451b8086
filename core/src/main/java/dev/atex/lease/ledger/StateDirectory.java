package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the ledgers of all runs of a user lie together, so that they are found without knowing run directories:
 * {@code $XDG_STATE_HOME/atex}, by default {@code ~/.local/state/atex} (XDG Base Directory Specification 0.8).
 *
 * @param path absolute
 */
public record StateDirectory(Path path) {
    private static final String LEDGER = ".ledger";
    private static final String LOCKS = "locks";

    /** Checks that it is absolute. */
    public StateDirectory {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("not absolute: " + path);
        }
    }

    /** The one that the environment names. */
    public static StateDirectory of(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        if (state.startsWith("/")) { // others are to be ignored, says the specification
            return new StateDirectory(Path.of(state, "atex"));
        }
        String home = environment.getOrDefault("HOME", "");
        Path base = home.startsWith("/") ? Path.of(home) : Path.of(System.getProperty("user.home", "/"));
        return new StateDirectory(base.toAbsolutePath().resolve(".local/state/atex"));
    }

    /** What has a directory written to disk. */
    @FunctionalInterface
    interface Force {
        void force(Path directory) throws IOException;
    }

    /** Makes it, for this user alone, if it is not there. */
    void create() throws IOException {
        create(StateDirectory::force);
    }

    /** Each new directory is forced in its parent: POSIX does not promise that it survives a power cut otherwise. */
    void create(Force force) throws IOException {
        List<Path> parents = new ArrayList<>();
        for (Path made = path; !Files.isDirectory(made) && made.getParent() != null; made = made.getParent()) {
            parents.addFirst(made.getParent());
        }
        if (!parents.isEmpty()) {
            Files.createDirectories(parents.getLast());
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        for (Path parent : parents) {
            force.force(parent);
        }
    }

    /** Returns when the names of what is in a directory are on disk. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The ledger of a run. */
    public Path ledger(String run) {
        return path.resolve(run + LEDGER);
    }

    /** In it each run holds a byte locked as long as it lives; opened by nothing but to find that out. */
    Path locks() {
        return path.resolve(LOCKS);
    }

    /** The name of the lock that a reaper of this run holds, besides that of the run itself. */
    static String reaperOf(String run) {
        return "reaper of " + run;
    }

    /** Copies of the programs that guards start. */
    Path programs() {
        return path.resolve("programs");
    }

    /** What guards and reapers print. */
    public Path reapLog() {
        return path.resolve("reap.log");
    }

    /** Ids of the runs that have a ledger, the oldest first as far as ids begin with a time. */
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
