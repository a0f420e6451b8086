package dev.atex.cli.state;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The directory of a run; its layout is described in {@code docs/run-directory.md}.
 *
 * @param path as the user should see it
 * @param id of the run
 */
public record RunDirectory(Path path, String id) {
    public static final String USUAL_PARENT = "atex-runs";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /** Returns the directory for a new run, without creating it; the time is for its name. */
    public static RunDirectory forRun(Optional<Path> chosen, LocalDateTime now) {
        byte[] random = new byte[3];
        new SecureRandom().nextBytes(random);
        String id = TIME.format(now) + "-" + HexFormat.of().formatHex(random);
        return new RunDirectory(chosen.orElse(Path.of(USUAL_PARENT, id)), id);
    }

    /** Returns the directory that is left out of copies of the tests. */
    public static Path toLeaveOut(Optional<Path> chosen) {
        return chosen.orElse(Path.of(USUAL_PARENT));
    }

    private Path absolute() {
        return path.toAbsolutePath();
    }

    public Path events() {
        return absolute().resolve("events.jsonl");
    }

    public Path results() {
        return absolute().resolve("results.jsonl");
    }

    /** Returns whether the results exist. */
    public boolean hasResults() {
        return Files.isRegularFile(results(), LinkOption.NOFOLLOW_LINKS);
    }

    public Path files() {
        return absolute().resolve("files");
    }

    /** Returns the file with log messages; older ones are in files beside it. */
    public Path log() {
        return absolute().resolve("atex.log");
    }

    /** Returns the directory of attempts: running, superseded, and those that could not be stored. */
    public Path attempts() {
        return absolute().resolve("attempts");
    }

    /** Returns the directory with logs of how machines were made. */
    public Path machines() {
        return absolute().resolve("machines");
    }

    /** Checks whether it can be created, as far as possible without trying. */
    public void check() throws UsageException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw exists();
        }
        Path above = absolute().normalize().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        if (above != null && !Files.isDirectory(above)) {
            throw new UsageException("--output " + path + ": " + above + " is not a directory");
        }
        if (above != null && !Files.isWritable(above)) {
            throw new UsageException("--output " + path + ": cannot write to the directory " + above);
        }
    }

    /**
     * Sees that what is in it is of the kind that it must be: nobody knows who made it, and to open a pipe is to wait.
     *
     * @throws UsageException something is not; the message says what
     */
    void requireOrdinary() throws UsageException {
        try {
            for (String file : List.of(RunManifest.FILE, RunLock.FILE, "events.jsonl", "results.jsonl")) {
                RegularFiles.check(absolute().resolve(file));
            }
            for (Path tree : List.of(files(), attempts())) {
                if (Files.exists(tree, LinkOption.NOFOLLOW_LINKS)
                        && !Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileSystemException(tree.toString(), null, "is not a directory, and must be one");
                }
            }
        } catch (IOException e) {
            throw new UsageException("the run directory " + path + " is damaged: " + ErrorText.of(e), e);
        }
    }

    /** Creates it with its parents; removes them again if that fails. */
    public void create() throws UsageException {
        Deque<Path> made = new ArrayDeque<>();
        boolean whole = false;
        try {
            for (Path directory : missing(absolute().normalize())) {
                Files.createDirectory(directory);
                made.push(directory);
            }
            if (made.isEmpty()) {
                throw exists();
            }
            keepOutOfGit();
            whole = true;
        } catch (FileAlreadyExistsException e) {
            throw exists();
        } catch (IOException e) {
            throw new UsageException("--output " + path + ": it cannot be created: " + ErrorText.of(e), e);
        } finally {
            if (!whole) {
                made.forEach(RunDirectory::remove);
            }
        }
    }

    private UsageException exists() {
        return new UsageException("--output " + path + ": it exists already; remove it or choose another one");
    }

    private static List<Path> missing(Path directory) {
        List<Path> missing = new ArrayList<>();
        for (Path at = directory; at != null && !Files.exists(at); at = at.getParent()) {
            missing.addFirst(at);
        }
        return missing;
    }

    private void keepOutOfGit() throws IOException {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (above.equals(Path.of(USUAL_PARENT))) {
                Path ignore = above.resolve(".gitignore");
                if (!Files.exists(ignore, LinkOption.NOFOLLOW_LINKS)) {
                    Files.writeString(ignore, "*\n");
                }
            }
        }
    }

    /** Removes the directory of a run that did not start. */
    public void discard() {
        remove(path);
    }

    /** Removes empty directories below {@link #attempts()}. */
    public void removeEmptyAttempts() throws IOException {
        Trees.deleteEmptyDirectories(attempts());
    }

    private static void remove(Path directory) {
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            // the message about why the run did not begin matters more
        }
    }
}
