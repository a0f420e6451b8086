package dev.atex.results;

import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultTally;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.files.TreeLinks;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.LineReader;
import dev.atex.lease.ledger.CrashPoints;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the output of an earlier session in order. Decides which attempts stay, drops the lines of all others by replacing
 * the file of results, and removes the links to their files: their artifacts still have them. Goes by the names of tests,
 * not by positions, so that it can be cut off at any instant and repeated. Not thread-safe.
 */
final class OutputRecovery {
    private final Path results;
    private final ArtifactFiles files;
    private final Map<TestName, Group> groups = new LinkedHashMap<>();
    private long damaged;

    /** Everything that the output has of one test. */
    private static final class Group {
        final Attempt attempt;
        final EarlierAttempt earlier;

        /** Decided when all lines have been read. */
        boolean stays;

        long bytes;
        long lines;
        ResultTally tally = ResultTally.NONE;

        /** The result for the test itself comes last; otherwise the last ones are missing. */
        boolean ownLast;

        boolean infraLast;
        boolean kept;

        Group(Attempt attempt, EarlierAttempt earlier) {
            this.attempt = attempt;
            this.earlier = earlier;
        }

        void add(Map<String, @Nullable Object> result, long size) {
            bytes += size;
            lines++;
            ownLast = OwnResult.isOwn(result);
            infraLast = ownLast
                    && OwnResult.of(result).status().filter("infra"::equals).isPresent();
            tally = tally.and(ResultTally.of(result));
        }

        void decide(ArtifactFiles files) throws IOException {
            stays = switch (earlier.standing()) {
                case STORED -> isWhole(files);
                case DOUBTFUL -> !infraLast && isWhole(files);
                case REPLACED -> false;
            };
        }

        private boolean isWhole(ArtifactFiles files) throws IOException {
            return hasAllLines() && hasAllFiles(files);
        }

        /**
         * Returns false if there are files in the artifacts only: lines can be on the disk after a power failure, and links
         * not; earlier versions added lines first.
         */
        private boolean hasAllFiles(ArtifactFiles files) throws IOException {
            if (earlier.artifacts().isEmpty()) {
                return true;
            }
            Path own = earlier.artifacts().get().files().directory();
            Optional<Path> target = files.findDirectory(attempt.platform(), attempt.test());
            return target.isPresent() ? TreeLinks.missing(own, target.get()).isEmpty() : !Trees.holdsFiles(own);
        }

        private boolean hasAllLines() throws IOException {
            if (earlier.commit().isPresent()) {
                long length = Position.length(earlier.commit().get().position());
                return bytes == length && bytes > 0;
            }
            return ownLast
                    && (!hasResults() || lines == count(earlier.artifacts().orElseThrow()));
        }

        private static long count(TestArtifacts artifacts) throws IOException {
            long count = 0;
            try (LineReader lines =
                    new LineReader(Files.newInputStream(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS))) {
                while (lines.next()) {
                    count += lines.isBlank() ? 0 : 1;
                }
            }
            return count;
        }

        boolean hasResults() {
            return earlier.artifacts()
                    .filter(artifacts -> Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS))
                    .isPresent();
        }
    }

    private OutputRecovery(Path results, ArtifactFiles files) {
        this.results = results;
        this.files = files;
    }

    static RecoveredOutput recover(Path results, ArtifactFiles files, Map<Attempt, EarlierAttempt> attempts)
            throws IOException {
        OutputRecovery recovery = new OutputRecovery(results, files);
        attempts.forEach(recovery::add);
        return recovery.recover();
    }

    private void add(Attempt attempt, EarlierAttempt earlier) {
        if (groups.put(TestName.of(attempt), new Group(attempt, earlier)) != null) {
            throw new IllegalArgumentException("two attempts at " + attempt.test() + " are in one output");
        }
    }

    private RecoveredOutput recover() throws IOException {
        Files.createDirectories(files.directory());
        Files.deleteIfExists(draft());
        read(this::sort);
        boolean drops = damaged != 0;
        for (Group group : groups.values()) {
            group.decide(files);
            drops |= !group.stays && group.bytes > 0;
        }
        if (drops) {
            rewrite();
        }
        removeFiles();
        CrashPoints.reached("results recovered");
        return open();
    }

    /** Receives lines, each without its newline. */
    @FunctionalInterface
    private interface LineSink {
        void line(LineReader at) throws IOException;
    }

    /** Shows all lines; not a last one without its end. */
    private void read(LineSink each) throws IOException {
        if (!Files.exists(results, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        RegularFiles.check(results);
        long size = Files.size(results);
        long end = 0;
        try (LineReader lines = new LineReader(Files.newInputStream(results))) {
            while (lines.next()) {
                end += lines.length() + 1L;
                if (end > size) {
                    return;
                }
                each.line(lines);
            }
        }
    }

    private static @Nullable StoredLine line(LineReader at) {
        return StoredLine.read(at.buffer(), at.offset(), at.length());
    }

    private void sort(LineReader at) throws IOException {
        StoredLine line = line(at);
        if (line == null) {
            damaged = damaged == 0 ? at.number() : damaged; // by a power failure, if nothing follows
            return;
        }
        if (damaged != 0) {
            throw new IOException("line " + damaged + " is not a line of results");
        }
        Group group = groups.get(line.test());
        if (group == null) {
            throw new IOException("line " + at.number() + " has a result of "
                    + line.test().test() + " on " + line.test().platform() + ", which is not a test of this run");
        }
        group.add(line.result(), at.length() + 1L);
    }

    private void rewrite() throws IOException {
        CrashPoints.reached("results before rewrite");
        try (FileOutputStream file = new FileOutputStream(draft().toFile());
                OutputStream out = new BufferedOutputStream(file, 1 << 16)) {
            read(at -> copy(at, out));
            out.flush();
            file.getFD().sync();
        }
        forceKept();
        CrashPoints.reached("results draft written");
        Files.move(draft(), results, StandardCopyOption.ATOMIC_MOVE);
        CrashPoints.reached("results rewritten");
    }

    private Path draft() {
        return results.resolveSibling(results.getFileName() + ".new");
    }

    private void copy(LineReader at, OutputStream out) throws IOException {
        StoredLine line = line(at);
        Group group = line == null ? null : groups.get(line.test());
        if (group == null) {
            return;
        }
        if (group.stays) {
            out.write(at.buffer(), at.offset(), at.length());
            out.write('\n');
        } else if (!group.hasResults() && group.earlier.artifacts().isPresent()) {
            keep(at, group, group.earlier.artifacts().get());
        }
    }

    /** Nobody else has these results: after a power failure, or the artifacts were moved by an older version. */
    private static void keep(LineReader at, Group group, TestArtifacts artifacts) throws IOException {
        Path kept = kept(artifacts);
        Files.createDirectories(artifacts.directory());
        try (OutputStream out = Files.newOutputStream(
                kept,
                StandardOpenOption.CREATE,
                group.kept ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            out.write(at.buffer(), at.offset(), at.length());
            out.write('\n');
        }
        group.kept = true;
    }

    private static Path kept(TestArtifacts artifacts) {
        return artifacts.directory().resolve("results.jsonl");
    }

    /** Forces them to disk before the only other place of these lines is replaced. */
    private void forceKept() throws IOException {
        for (Group group : groups.values()) {
            if (group.kept) {
                TestArtifacts artifacts = group.earlier.artifacts().orElseThrow();
                force(kept(artifacts), StandardOpenOption.WRITE);
                force(artifacts.directory(), StandardOpenOption.READ);
            }
        }
    }

    private static void force(Path path, StandardOpenOption access) throws IOException {
        try (FileChannel channel = FileChannel.open(path, access, LinkOption.NOFOLLOW_LINKS)) {
            channel.force(true);
        }
    }

    private void removeFiles() throws IOException {
        for (Path entry : Trees.entries(files.directory())) {
            if (entry.getFileName().toString().startsWith(FileAggregator.INCOMING)) {
                Trees.delete(entry);
            }
        }
        for (Group group : groups.values()) {
            if (!group.stays && group.earlier.artifacts().isPresent()) {
                Path own = group.earlier.artifacts().get().files().directory();
                FilesRemoval.remove(own, files, group.attempt.platform(), group.attempt.test());
            }
        }
    }

    private RecoveredOutput open() throws IOException {
        AppendFile file = AppendFile.open(results);
        try {
            Map<Attempt, StoredAttempt> stored = new LinkedHashMap<>();
            Set<TestName> names = new LinkedHashSet<>();
            for (Map.Entry<TestName, Group> each : groups.entrySet()) {
                Group group = each.getValue();
                if (group.stays) {
                    names.add(each.getKey());
                    stored.put(group.attempt, stored(group, file.size()));
                }
            }
            return new RecoveredOutput(new FileAggregator(file, files, names), stored);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    /** Its position is one of the right length at the end of the output, as its lines may have moved. */
    private StoredAttempt stored(Group group, long end) throws IOException {
        Optional<Commit> before = group.earlier.commit();
        Optional<Path> directory = before.isPresent()
                ? before.get().files()
                : files.findDirectory(group.attempt.platform(), group.attempt.test());
        ResultTally tally = group.tally;
        OwnResult own =
                tally.own().orElseGet(() -> new OwnResult(Optional.empty(), Optional.empty(), Optional.empty()));
        Commit commit = new Commit(Position.of(end - group.bytes, end), directory);
        return new StoredAttempt(commit, own, tally.failedSubtests(), tally.firstFailed());
    }
}
