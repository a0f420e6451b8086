package dev.atex.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that one executed test leaves behind: {@code results} (JSON Lines) and {@code files/}. The directory is
 * made when something is first written, so that a test which reports nothing costs nothing. Thread-safe.
 *
 * <p>An executor may use this object, or write the two itself: the format is that of {@code docs/formats}.
 */
public final class TestArtifacts {
    private final Path directory;
    private volatile @Nullable ArtifactFiles files;

    /** Whether the directory may exist: for a new attempt, only after its path was requested. */
    private volatile boolean known;

    /** The length of {@code results} if only writers of this object wrote it. */
    private long written;

    private ResultTally tallyWritten = ResultTally.NONE;

    private volatile boolean subtestsDecided;

    private volatile @Nullable String abortReason;

    private TestArtifacts(Path directory, boolean known) {
        this.directory = directory;
        this.known = known;
    }

    /** Artifacts in {@code directory}, which need not exist yet. */
    public static TestArtifacts in(Path directory) {
        return new TestArtifacts(directory, true);
    }

    /**
     * Artifacts of an attempt that has not begun, in {@code directory}, which does not exist and of which nobody else
     * knows: as long as nothing asks this object where it is, nothing is looked for on the disk.
     */
    public static TestArtifacts toBeFilled(Path directory) {
        return new TestArtifacts(directory, false);
    }

    /** The directory; may not exist. */
    public Path directory() {
        known = true;
        return directory;
    }

    /** Returns false if nobody has asked for the directory of a new attempt: then nothing is there. */
    public boolean mayExist() {
        return known;
    }

    /** The file of the results; may not exist. */
    public Path resultsFile() {
        return directory().resolve("results");
    }

    /** Returns the files that results name in {@code files}. */
    public ArtifactFiles files() {
        ArtifactFiles tree = files;
        if (tree == null) {
            tree = ArtifactFiles.in(directory().resolve("files"));
            files = tree;
        }
        return tree;
    }

    /** Opens the results for adding some; makes directory and file. */
    public ResultWriter openResults() throws IOException {
        Files.createDirectories(directory());
        return ResultWriter.open(this, resultsFile());
    }

    /** Adds one result, and closes the file again. */
    public void addResult(Map<String, ? extends @Nullable Object> result) throws IOException {
        try (ResultWriter writer = openResults()) {
            writer.write(result);
        }
    }

    /** Reads the results from the first; there is none if nothing was written. */
    public ResultReader readResults() throws IOException {
        return ResultReader.open(resultsFile());
    }

    /** The result for the test itself, as {@link #tally()} has it. */
    public Optional<OwnResult> ownResult() throws IOException {
        return tally().own();
    }

    /**
     * What the results come to. Known at once if all were written through this object; else, as executors may write the file
     * themselves, it is read.
     *
     * @throws MalformedResultsException a line is not a JSON object
     */
    public ResultTally tally() throws IOException {
        ResultTally all = allResults();
        return subtestsDecided ? new ResultTally(all.own(), 0, Optional.empty()) : all;
    }

    /**
     * Says that the result for the test itself was made in full view of its subtests: that some of them failed does not make
     * the test fail. For executors whose tests say what is expected of them.
     */
    public void subtestsAreDecided() {
        subtestsDecided = true;
    }

    private ResultTally allResults() throws IOException {
        if (!known) {
            return ResultTally.NONE;
        }
        long size = size();
        synchronized (this) {
            if (size == written) {
                return tallyWritten;
            }
        }
        ResultTally all = ResultTally.NONE;
        try (ResultReader reader = readResults()) {
            for (Map<String, @Nullable Object> result = reader.next(); result != null; result = reader.next()) {
                all = all.and(ResultTally.of(result));
            }
        }
        return all;
    }

    private long size() throws IOException {
        try {
            return Files.readAttributes(resultsFile(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .size();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /**
     * Says that the test did not come to its end. A result for the test itself that it reported before stays as it is in the
     * artifacts; its note gets the reason where it is stored and shown. Not kept on the disk.
     *
     * @param reason such as {@code TestAbortedError(test duration timeout reached)}
     */
    public void abortedBy(String reason) {
        abortReason = reason;
    }

    /** Returns why the test was aborted, if it was. */
    public Optional<String> abortReason() {
        return Optional.ofNullable(abortReason);
    }

    /** The note of a result as it is to be stored: with the reason, if the result is for the test itself and has it not. */
    public @Nullable Object noteOf(Map<String, ? extends @Nullable Object> result) {
        Object note = result.get("note");
        String reason = abortReason;
        if (reason == null || !OwnResult.isOwn(result)) {
            return note;
        }
        return note instanceof String text ? OwnResult.noteWith(text, reason) : note == null ? reason : note;
    }

    synchronized void wrote(ResultTally more, int bytes) {
        tallyWritten = tallyWritten.and(more);
        written += bytes;
    }
}
