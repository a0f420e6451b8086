package dev.atex.results;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Failures;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.JsonBytes;
import dev.atex.lease.ledger.CrashPoints;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stores results as lines of JSON, {@code [platform, status, test, subtest, [files], note]}, and the files of tests as
 * {@code <files>/<platform>/<test>/<subtest>/<file>}, see {@code docs/results.md}. Thread-safe.
 *
 * <p>{@link #ingest} links the files, or copies them where the file system has no hard links, then adds the lines and
 * forces them to disk. Several threads prepare and force at the same time, and add one after another.
 */
public final class FileAggregator implements Aggregator {
    private static final System.Logger LOG = System.getLogger("dev.atex.run");

    /** Links to files are collected in a directory with this prefix before they appear under their names. */
    static final String INCOMING = ".incoming-";

    /** The number of bytes of lines that are prepared before it is the turn of the test. */
    private static final int PREPARED = 64 << 10;

    private static final int MOST_BUFFERS = 8;

    private final AppendFile results;
    private final ArtifactFiles files;
    private final AtomicLong incoming = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    /** Reused: the first access to new memory costs more than filling it. */
    private final ArrayBlockingQueue<JsonBytes> buffers = new ArrayBlockingQueue<>(MOST_BUFFERS);

    // Both under the lock.
    private boolean open = true;
    private final Set<TestName> stored;

    FileAggregator(AppendFile results, ArtifactFiles files, Set<TestName> stored) {
        this.results = results;
        this.files = files;
        this.stored = new HashSet<>(stored);
    }

    /**
     * Creates an output. Neither of the two may exist.
     *
     * @param results the file of the results
     * @param files the directory of the files
     */
    public static FileAggregator create(Path results, Path files) throws AggregatorException {
        create(files, () -> Files.createDirectory(files));
        try {
            create(results, () -> Files.createFile(results));
            return new FileAggregator(AppendFile.open(results), ArtifactFiles.in(files), Set.of());
        } catch (AggregatorException e) {
            removeEmpty(files, e);
            throw e;
        } catch (IOException e) {
            AggregatorException failure =
                    new AggregatorException("cannot create " + results + ": " + Failures.describe(e), e);
            removeEmpty(files, failure);
            throw failure;
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void create(Path path, Step step) throws AggregatorException {
        try {
            step.run();
        } catch (FileAlreadyExistsException e) {
            throw new AggregatorException(path + " already exists: remove it, or choose another output", e);
        } catch (IOException e) {
            throw new AggregatorException("cannot create " + path + ": " + Failures.describe(e), e);
        }
    }

    private static void removeEmpty(Path directory, Exception why) {
        try {
            Files.delete(directory);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /**
     * Opens the output of a run that was interrupted, or killed at any instant; creates what is missing. Afterwards the
     * output has all results of the attempts that are returned, and nothing of any other. Artifacts do not change. If this
     * is itself cut off, it can be repeated.
     *
     * @param attempts every attempt that the output may contain, at most one for each test
     */
    public static RecoveredOutput recover(Path results, Path files, Map<Attempt, EarlierAttempt> attempts)
            throws AggregatorException {
        try {
            return OutputRecovery.recover(results, ArtifactFiles.in(files), attempts);
        } catch (IOException e) {
            throw new AggregatorException("cannot continue " + results + ": " + Failures.describe(e), e);
        }
    }

    @Override
    public Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException, InterruptedException {
        if (!Files.isRegularFile(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS)) {
            throw failure(attempt, artifacts, "there is no file 'results' in it", null);
        }
        TestName name = TestName.of(attempt);
        claim(name, attempt, artifacts);
        Commit commit = null;
        try {
            commit = store(name, artifacts);
        } catch (ClosedByInterruptException e) {
            boolean _ = Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("interrupted while storing " + attempt.test());
            interrupted.initCause(e);
            throw interrupted;
        } catch (IOException e) {
            throw failure(attempt, artifacts, Failures.describe(e), e);
        } finally {
            if (commit == null) {
                unclaim(name);
            }
        }
        force(attempt);
        return commit;
    }

    private void claim(TestName name, Attempt attempt, TestArtifacts artifacts)
            throws AggregatorException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (!open) {
                throw failure(attempt, artifacts, "the output is closed", null);
            }
            if (!stored.add(name)) {
                throw failure(attempt, artifacts, "it already has results of this test", null);
            }
        } finally {
            lock.unlock();
        }
    }

    private void unclaim(TestName name) {
        lock.lock();
        try {
            stored.remove(name);
        } finally {
            lock.unlock();
        }
    }

    private Commit store(TestName name, TestArtifacts artifacts) throws IOException, InterruptedException {
        Optional<Path> links = link(artifacts.files().directory());
        CrashPoints.reached("results linked");
        try {
            return store(name, artifacts, links);
        } finally {
            removeLeftLinks(links);
        }
    }

    /** Links that cannot be removed are left to {@link #recover}: the results are stored, or not, all the same. */
    private static void removeLeftLinks(Optional<Path> links) {
        if (links.isPresent() && Files.exists(links.get(), LinkOption.NOFOLLOW_LINKS)) {
            try {
                Trees.delete(links.get());
            } catch (IOException e) {
                LOG.log(Level.INFO, () -> "cannot remove " + links.get() + ": " + Failures.describe(e));
            }
        }
    }

    private Optional<Path> link(Path own) throws IOException, InterruptedException {
        if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(own.toString());
        }
        if (!Trees.holdsFiles(own)) {
            return Optional.empty();
        }
        Path links = files.directory().resolve(INCOMING + incoming.incrementAndGet());
        try {
            Trees.link(own, links);
            return Optional.of(links);
        } catch (IOException | InterruptedException | RuntimeException e) {
            try {
                Trees.delete(links);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private Commit store(TestName name, TestArtifacts artifacts, Optional<Path> links)
            throws IOException, InterruptedException {
        JsonBytes used = buffers.poll();
        JsonBytes ready = used == null ? new JsonBytes(JsonBytes.Style.PYTHON) : used;
        try (ResultLines lines = ResultLines.of(artifacts, name, FilesMove.none(artifacts.files()))) {
            boolean more = lines.fill(ready, PREPARED);
            if (ready.size() == 0 && !more) { // as a full disk leaves it
                throw new IOException("there is no result in its file 'results'");
            }
            lock.lockInterruptibly();
            try {
                if (!open) {
                    throw new IOException("the output was closed");
                }
                return add(name, artifacts, links, lines, ready, more);
            } finally {
                lock.unlock();
            }
        } finally {
            giveBack(ready);
        }
    }

    /** Files first: a line never names a file that is not there. */
    private Commit add(
            TestName name,
            TestArtifacts artifacts,
            Optional<Path> links,
            ResultLines lines,
            JsonBytes ready,
            boolean more)
            throws IOException {
        long from = results.size();
        FilesMove move = FilesMove.plan(artifacts.files(), links, files, name.platform(), name.test());
        try {
            move.run();
            CrashPoints.reached("results files moved");
            if (move.renames()) {
                appendRenamed(artifacts, name, move);
            } else {
                append(lines, ready, more);
            }
        } catch (IOException | RuntimeException e) {
            undo(move, e);
            throw e;
        }
        results.commit();
        CrashPoints.reached("results appended");
        return new Commit(Position.of(from, results.size()), move.target());
    }

    private void giveBack(JsonBytes buffer) {
        if (buffer.capacity() <= 4 * PREPARED) { // a line can be long
            buffer.truncate(0);
            boolean _ = buffers.offer(buffer);
        }
    }

    private void appendRenamed(TestArtifacts artifacts, TestName name, FilesMove move) throws IOException {
        try (ResultLines lines = ResultLines.of(artifacts, name, move)) {
            append(lines, new JsonBytes(JsonBytes.Style.PYTHON), true);
        }
    }

    private void append(ResultLines lines, JsonBytes ready, boolean more) throws IOException {
        results.append(ready);
        boolean goOn = more;
        while (goOn) {
            ready.truncate(0);
            goOn = lines.fill(ready, PREPARED);
            results.append(ready);
        }
    }

    /** Removes lines and files again; adds failures of that to the first one. */
    private void undo(FilesMove move, Exception failure) {
        try {
            move.undo(files);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        try {
            results.rollBack();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void force(Attempt attempt) throws AggregatorException {
        try {
            results.force();
            CrashPoints.reached("results forced");
        } catch (IOException e) {
            throw new AggregatorException(
                    "results of " + attempt.test() + " are in " + results.path() + ", but may be lost: "
                            + Failures.describe(e),
                    e);
        }
    }

    private AggregatorException failure(
            Attempt attempt, TestArtifacts artifacts, String reason, @Nullable Exception cause) {
        StringBuilder message = new StringBuilder("cannot store results of ")
                .append(attempt.test())
                .append(" in ")
                .append(results.path())
                .append(": ")
                .append(reason)
                .append("; they are in ")
                .append(artifacts.directory());
        if (cause == null) {
            return new AggregatorException(message.toString());
        }
        for (Throwable problem : cause.getSuppressed()) {
            message.append("; also: ").append(Failures.describe(problem));
        }
        return new AggregatorException(message.toString(), cause);
    }

    @Override
    public void close() throws AggregatorException {
        lock.lock();
        try {
            open = false;
            results.close();
        } catch (IOException e) {
            throw new AggregatorException("cannot close " + results.path() + ": " + Failures.describe(e), e);
        } finally {
            lock.unlock();
        }
    }
}
