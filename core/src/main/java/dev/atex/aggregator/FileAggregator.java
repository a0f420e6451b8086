package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.JsonBytes;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stores results in a file, in some format, perhaps compressed, and the files of tests as
 * {@code <files>/<platform>/<test>/<subtest>/<file>}, see {@code docs/results.md}. Thread-safe.
 *
 * <p>What is written to the file of results is forced to disk before {@link #ingest} returns; files are moved, and as
 * durable as they were, or compressed and forced. Tests are stored one after another, but reading their results,
 * compressing their files and forcing go on at the same time for many.
 */
public final class FileAggregator implements Aggregator {
    /** Files from other file systems come into a directory of this prefix first. */
    private static final String INCOMING = ".incoming-";

    /** This many bytes of lines are prepared before it is this test's turn. */
    private static final int PREPARED = 64 << 10;

    /** Buffers that wait to be used again. */
    private static final int MOST_BUFFERS = 8;

    private final Settings settings;
    private final ResultsOutput output;
    private final ArtifactFiles files;
    private final ReentrantLock lock = new ReentrantLock();

    /** Memory that is touched for the first time costs more than what is done in it. */
    private final ArrayBlockingQueue<JsonBytes> buffers = new ArrayBlockingQueue<>(MOST_BUFFERS);

    // All under the lock.
    private boolean open;
    private final Set<Attempt> earlier = new HashSet<>();
    private final Map<Attempt, Commit> ingested = new HashMap<>();
    private final Set<TestName> names = new HashSet<>();

    /** What has been stored, and trees that are not needed any more. */
    private record Stored(Commit commit, List<Path> rest) {}

    private record Settings(
            ResultsFormat format,
            Path results,
            Path files,
            boolean allowsDuplicates,
            Optional<Compression> compression,
            Optional<FileCompression> fileCompression) {}

    private FileAggregator(Settings settings) {
        this.settings = settings;
        output = settings.compression().isEmpty()
                ? new PlainOutput(settings.results())
                : new CompressedOutput(
                        settings.results(), settings.compression().get());
        files = ArtifactFiles.in(settings.files());
    }

    /**
     * An output that is not open yet, in which no test may be twice.
     *
     * @param results the file of the results
     * @param files the directory of the files
     */
    public static FileAggregator of(ResultsFormat format, Path results, Path files) {
        return new FileAggregator(new Settings(format, results, files, false, Optional.empty(), Optional.empty()));
    }

    /** One with a JSON array {@code [platform, status, test, subtest, [files], note]} for each result, a line each. */
    public static FileAggregator jsonLines(Path results, Path files) {
        return of(JsonLinesFormat.FORMAT, results, files);
    }

    /**
     * One like this in which a test of the same platform and name is stored as {@code test (1)}, the next as
     * {@code test (2)}. It cannot be resumed.
     */
    public FileAggregator allowingDuplicates() {
        return new FileAggregator(new Settings(
                settings.format(),
                settings.results(),
                settings.files(),
                true,
                settings.compression(),
                settings.fileCompression()));
    }

    /**
     * One like this whose results are compressed. While it is open, those that came last are in a file {@code <results>.part},
     * as they are, behind a line that says how much there was before.
     */
    public FileAggregator compressed(Compression how) {
        return new FileAggregator(new Settings(
                settings.format(),
                settings.results(),
                settings.files(),
                settings.allowsDuplicates(),
                Optional.of(how),
                settings.fileCompression()));
    }

    /** One like this that compresses the files of tests. */
    public FileAggregator compressingFiles(FileCompression how) {
        return new FileAggregator(new Settings(
                settings.format(),
                settings.results(),
                settings.files(),
                settings.allowsDuplicates(),
                settings.compression(),
                Optional.of(how)));
    }

    @Override
    public void open() throws AggregatorException {
        lock.lock();
        try {
            requireNew();
            makeNew(files.directory(), () -> Files.createDirectory(files.directory()));
            try {
                makeNew(output.path(), output::create);
                open = true;
            } finally {
                if (!open) {
                    Files.delete(files.directory());
                }
            }
        } catch (IOException e) {
            throw new AggregatorException("cannot remove " + files.directory() + ": " + reason(e), e);
        } finally {
            lock.unlock();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void makeNew(Path path, Step make) throws AggregatorException {
        try {
            make.run();
        } catch (FileAlreadyExistsException e) {
            throw new AggregatorException(
                    (e.getFile() == null ? path : e.getFile()) + " exists already: remove it, or choose another output",
                    e);
        } catch (IOException e) {
            throw new AggregatorException("cannot make " + path + ": " + reason(e), e);
        }
    }

    private void requireNew() {
        if (open) {
            throw new IllegalStateException(output.path() + " is open already");
        }
    }

    @Override
    public Map<Attempt, Found> resume(Resume from) throws AggregatorException {
        lock.lock();
        try {
            requireNew();
            if (settings.allowsDuplicates()) {
                throw new AggregatorException("cannot continue " + output.path()
                        + ": it may have results of a test several times, and nobody knows which are of which run");
            }
            Files.createDirectories(files.directory());
            dropIncoming();
            Withdrawal withdrawal = Withdrawal.of(output, settings.format(), files, settings.fileCompression(), from);
            Set<Attempt> whole = withdrawal.putRestBack();
            output.reopen();
            Map<Attempt, Found> found = new LinkedHashMap<>();
            for (Attempt attempt : whole) {
                names.add(TestName.of(attempt));
                found.put(attempt, withdrawal.found(attempt, output.size()));
            }
            earlier.addAll(found.keySet());
            found.forEach((attempt, there) -> ingested.put(attempt, there.commit()));
            open = true;
            return found;
        } catch (IOException e) {
            throw new AggregatorException("cannot continue " + output.path() + ": " + reason(e), e);
        } finally {
            lock.unlock();
        }
    }

    /** The originals are where they were. */
    private void dropIncoming() throws IOException {
        for (Path entry : Trees.entries(files.directory())) {
            if (entry.getFileName().toString().startsWith(INCOMING)) {
                Trees.delete(entry);
            }
        }
    }

    @Override
    public Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException, InterruptedException {
        boolean reported = Files.isRegularFile(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS);
        TestName name;
        lock.lockInterruptibly();
        try {
            requireOpen(attempt, artifacts);
            Optional<Commit> before = earlierCommit(attempt, reported);
            if (before.isPresent()) {
                return before.get();
            }
            if (!reported) {
                throw failure(attempt, artifacts, "there is no file 'results' in it", null);
            }
            name = claim(attempt, artifacts);
        } finally {
            lock.unlock();
        }
        Stored stored = null;
        try {
            stored = store(attempt, name, artifacts);
        } catch (ClosedByInterruptException e) {
            boolean _ = Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted while storing " + attempt.test());
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw failure(attempt, artifacts, reason(e), e);
        } finally {
            if (stored == null) {
                unclaim(name);
            }
        }
        settle(attempt, artifacts, stored.rest());
        return stored.commit();
    }

    private void requireOpen(Attempt attempt, TestArtifacts artifacts) throws AggregatorException {
        if (!open) {
            throw failure(attempt, artifacts, "the output is not open", null);
        }
    }

    /** An attempt of this life whose artifacts are there is another one of the same name, as two runs may have them. */
    private Optional<Commit> earlierCommit(Attempt attempt, boolean reported) {
        return reported && !earlier.contains(attempt) ? Optional.empty() : Optional.ofNullable(ingested.get(attempt));
    }

    private TestName claim(Attempt attempt, TestArtifacts artifacts) throws AggregatorException {
        TestName name = TestName.of(attempt);
        for (int i = 1; !names.add(name); i++) {
            if (!settings.allowsDuplicates()) {
                throw failure(attempt, artifacts, "results of this test are there already", null);
            }
            name = new TestName(attempt.platform(), attempt.test() + " (" + i + ")");
        }
        return name;
    }

    private void unclaim(TestName name) {
        lock.lock();
        try {
            names.remove(name);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a tree with the files of another. */
    private interface Copying {
        SourceFiles copy(ArtifactFiles files, Path to) throws IOException, InterruptedException;
    }

    private Stored store(Attempt attempt, TestName name, TestArtifacts artifacts)
            throws IOException, InterruptedException {
        ArtifactFiles own = artifacts.files();
        if (settings.fileCompression().isPresent()
                && Files.isDirectory(own.directory(), LinkOption.NOFOLLOW_LINKS)
                && Trees.holdsFiles(own.directory())) {
            FileCompression how = settings.fileCompression().get();
            return storeCopy(
                    attempt, name, artifacts, (from, to) -> new SourceFiles(from, to, how.copy(from.directory(), to)));
        }
        try {
            return new Stored(store(attempt, name, artifacts, SourceFiles.of(own)), List.of());
        } catch (AtomicMoveNotSupportedException e) { // the files are to be moved to another file system
            return storeCopy(attempt, name, artifacts, (from, to) -> {
                Trees.copy(from.directory(), to);
                return new SourceFiles(from, to, Map.of());
            });
        }
    }

    private Stored storeCopy(Attempt attempt, TestName name, TestArtifacts artifacts, Copying copying)
            throws IOException, InterruptedException {
        Path incoming = Files.createTempDirectory(files.directory(), INCOMING);
        Commit commit = null;
        try {
            SourceFiles source = copying.copy(artifacts.files(), incoming.resolve("files"));
            commit = store(attempt, name, artifacts, source);
            return new Stored(commit, List.of(incoming, artifacts.files().directory()));
        } finally {
            if (commit == null) {
                Trees.delete(incoming);
            }
        }
    }

    private Commit store(Attempt attempt, TestName name, TestArtifacts artifacts, SourceFiles source)
            throws IOException, InterruptedException {
        JsonBytes used = buffers.poll();
        JsonBytes ready = used == null ? new JsonBytes(JsonBytes.Style.PYTHON) : used;
        FilesMove unmoved = FilesMove.none(source);
        try (ResultsFormat.Text lines = text(artifacts, name, unmoved)) {
            boolean more = lines.fill(ready, PREPARED);
            if (ready.size() == 0 && !more) { // as on a full disk: nobody may believe that something was stored
                throw new IOException("there is no result in its file 'results'");
            }
            lock.lockInterruptibly();
            try {
                if (!open) {
                    throw new IOException("the output was closed");
                }
                long from = output.size();
                FilesMove move = FilesMove.plan(source, files, name.platform(), name.test());
                try {
                    if (move.renames()) {
                        appendRenamed(artifacts, name, move);
                    } else {
                        append(lines, ready, more);
                    }
                    move.run();
                } catch (IOException | RuntimeException e) {
                    takeBack(move, e);
                    throw e;
                }
                output.commit();
                Commit commit = new Commit(Position.of(from, output.size()), move.target());
                ingested.put(attempt, commit);
                return commit;
            } finally {
                lock.unlock();
            }
        } finally {
            giveBack(ready);
        }
    }

    private void giveBack(JsonBytes buffer) {
        if (buffer.capacity() <= 4 * PREPARED) { // a line can be long
            buffer.truncate(0);
            boolean _ = buffers.offer(buffer);
        }
    }

    private ResultsFormat.Text text(TestArtifacts artifacts, TestName name, FilesMove move) throws IOException {
        return settings.format().write(artifacts, name.platform(), name.test(), move);
    }

    private void appendRenamed(TestArtifacts artifacts, TestName name, FilesMove move) throws IOException {
        try (ResultsFormat.Text lines = text(artifacts, name, move)) {
            append(lines, new JsonBytes(JsonBytes.Style.PYTHON), true);
        }
    }

    private void append(ResultsFormat.Text lines, JsonBytes ready, boolean more) throws IOException {
        output.append(ready);
        boolean goOn = more;
        while (goOn) {
            ready.truncate(0);
            goOn = lines.fill(ready, PREPARED);
            output.append(ready);
        }
    }

    /** Lines and files back to what and where they were; what fails in that is told along with the failure. */
    private void takeBack(FilesMove move, Exception failure) {
        try {
            move.undo(files);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        try {
            output.rollBack();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The results are in the output: sees to it that they stay, then removes what is left of the artifacts. */
    private void settle(Attempt attempt, TestArtifacts artifacts, List<Path> rest) throws AggregatorException {
        try {
            output.force();
        } catch (IOException e) {
            throw new AggregatorException(
                    "results of " + attempt.test() + " are in " + output.path() + ", but may not stay: " + reason(e),
                    e);
        }
        try {
            for (Path tree : rest) {
                Trees.delete(tree);
            }
            Files.delete(artifacts.resultsFile());
            Trees.deleteEmptyDirectories(artifacts.files().directory());
            boolean _ = Trees.deleteIfEmpty(artifacts.directory()); // executors may leave more than the two
        } catch (IOException e) {
            throw new AggregatorException(
                    "results of " + attempt.test() + " are in " + output.path() + ", but " + artifacts.directory()
                            + " cannot be removed: " + reason(e),
                    e);
        }
    }

    private AggregatorException failure(
            Attempt attempt, TestArtifacts artifacts, String reason, @Nullable Exception cause) {
        StringBuilder message = new StringBuilder("cannot store results of ")
                .append(attempt.test())
                .append(" in ")
                .append(output.path())
                .append(": ")
                .append(reason)
                .append("; they are in ")
                .append(artifacts.directory());
        if (cause == null) {
            return new AggregatorException(message.toString());
        }
        for (Throwable problem : cause.getSuppressed()) {
            message.append("; also: ").append(reason(problem));
        }
        return new AggregatorException(message.toString(), cause);
    }

    /** The messages of exceptions of the file system are often but a path. */
    private static String reason(Throwable problem) {
        return problem instanceof IOException e
                ? FileProblems.of(e)
                : problem.getMessage() == null ? problem.toString() : problem.getMessage();
    }

    @Override
    public void close() throws AggregatorException {
        lock.lock();
        try {
            open = false;
            output.close();
        } catch (IOException e) {
            throw new AggregatorException("cannot close " + output.path() + ": " + reason(e), e);
        } finally {
            lock.unlock();
        }
    }
}
