package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultTally;
import dev.atex.executor.ResultWriter;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sorts out an output that is to be continued: which tests stay, and which go back to their artifacts. Goes by the names of
 * tests and not by positions, so that it can be cut off anywhere and done again. Not thread-safe.
 */
final class Withdrawal {
    private final ResultsOutput output;
    private final ResultsFormat format;
    private final Optional<FileCompression> compression;
    private final ArtifactFiles tree;
    private final Map<TestName, Group> groups = new LinkedHashMap<>();
    private long damaged;

    /** What there is of one test. */
    private static final class Group {
        final Attempt attempt;
        final Resume.Known known;
        /** Only of a test that is put back. */
        final List<Map<String, @Nullable Object>> results = new ArrayList<>();

        /** Decided once, when all lines were seen. */
        boolean stays;

        long bytes;
        ResultTally tally = ResultTally.NONE;
        /** Whether the last one, which is of the orchestrator if the test has not come to its end, is of the infrastructure. */
        boolean infraLast;

        /** As results of executors, and of the orchestrator, are: else the last ones are missing. */
        boolean ownLast;

        Group(Attempt attempt, Resume.Known known) {
            this.attempt = attempt;
            this.known = known;
        }

        void add(ResultsFormat.Entry entry, long size) {
            bytes += size;
            for (Map<String, @Nullable Object> result : entry.results()) {
                ownLast = OwnResult.isOwn(result);
                infraLast = ownLast
                        && OwnResult.of(result).status().filter("infra"::equals).isPresent();
                tally = tally.and(ResultTally.of(result));
            }
        }

        void decide() throws IOException {
            stays = switch (known.standing()) {
                case STORED ->
                    known.commit().isPresent() ? bytes == length(known.commit().get()) && bytes > 0 : ownLast;
                case DOUBTFUL ->
                    ownLast && !infraLast && !Files.exists(known.artifacts().resultsFile(), LinkOption.NOFOLLOW_LINKS);
                case REPLACED -> false;
            };
        }

        private static long length(Commit commit) throws IOException {
            return Position.length(commit.position());
        }
    }

    private Withdrawal(
            ResultsOutput output, ResultsFormat format, ArtifactFiles tree, Optional<FileCompression> compression) {
        this.output = output;
        this.format = format;
        this.tree = tree;
        this.compression = compression;
    }

    /** Reads the output, which is not open, and changes nothing. */
    static Withdrawal of(
            ResultsOutput output,
            ResultsFormat format,
            ArtifactFiles tree,
            Optional<FileCompression> compression,
            Resume from)
            throws IOException {
        Withdrawal withdrawal = new Withdrawal(output, format, tree, compression);
        from.attempts().forEach((attempt, known) -> withdrawal.add(new Group(attempt, known)));
        Entries.read(output, format, withdrawal::sort);
        return withdrawal;
    }

    private void add(Group group) {
        if (groups.put(TestName.of(group.attempt), group) != null) {
            throw new IllegalArgumentException("two attempts at " + group.attempt.test() + " are in one output");
        }
    }

    private void sort(long line, byte[] text) throws IOException {
        ResultsFormat.Entry entry = format.read(text, 0, text.length);
        if (entry == null) {
            damaged = damaged == 0 ? line : damaged; // as long as nothing follows, from when the power failed
            return;
        }
        if (damaged != 0) {
            throw new IOException("line " + damaged + " is not one of results");
        }
        group(line, entry).add(entry, text.length);
    }

    private Group group(long line, ResultsFormat.Entry entry) throws IOException {
        Group group = groups.get(new TestName(entry.platform(), entry.test()));
        if (group == null) {
            throw new IOException("line " + line + " is of " + entry.test() + " on " + entry.platform()
                    + ", which is no test of this run");
        }
        return group;
    }

    /** An attempt that stays; its position is one of the right length at the end of the output. */
    Found found(Attempt attempt, long end) throws IOException {
        Group group = groups.get(TestName.of(attempt));
        if (group == null) {
            throw new IllegalArgumentException(attempt + " is not known");
        }
        Optional<Commit> before = group.known.commit();
        Optional<Path> directory =
                before.isPresent() ? before.get().files() : tree.findDirectory(attempt.platform(), attempt.test());
        return new Found(
                new Commit(Position.of(end - group.bytes, end), directory),
                own(group),
                group.tally.failedSubtests(),
                group.tally.firstFailed());
    }

    private static OwnResult own(Group group) {
        return group.tally.own().orElseGet(() -> new OwnResult(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** Puts back what does not stay; returns what stays. */
    Set<Attempt> putRestBack() throws IOException {
        Set<Attempt> stay = new LinkedHashSet<>();
        List<Group> back = new ArrayList<>();
        boolean dropsLines = damaged != 0;
        for (Group group : groups.values()) {
            group.decide();
            if (group.stays) {
                stay.add(group.attempt);
            } else {
                back.add(group);
                dropsLines |= group.bytes > 0;
            }
        }
        if (dropsLines) {
            Entries.read(output, format, this::gather);
        }
        putBack(back);
        if (dropsLines) {
            output.rewrite(out -> Entries.read(output, format, (line, text) -> {
                ResultsFormat.Entry entry = format.read(text, 0, text.length);
                if (entry != null && group(line, entry).stays) {
                    out.write(text);
                }
            }));
        }
        return stay;
    }

    private void gather(long line, byte[] text) throws IOException {
        ResultsFormat.Entry entry = format.read(text, 0, text.length);
        if (entry != null && !group(line, entry).stays) {
            group(line, entry).results.addAll(entry.results());
        }
    }

    private void putBack(List<Group> back) throws IOException {
        Map<Group, Path> directories = new LinkedHashMap<>();
        for (Group group : back) {
            restoreResults(group);
            tree.findDirectory(group.attempt.platform(), group.attempt.test())
                    .ifPresent(directory -> directories.put(group, directory));
        }
        if (directories.isEmpty()) {
            return;
        }
        Owners owners = owners();
        for (Map.Entry<Group, Path> each : directories.entrySet()) {
            restoreFiles(each.getKey(), each.getValue(), owners);
        }
    }

    private void restoreResults(Group group) throws IOException {
        TestArtifacts artifacts = group.known.artifacts();
        if (group.results.isEmpty() || Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        TestArtifacts draft = TestArtifacts.in(artifacts.directory().resolve(".back"));
        Trees.delete(draft.directory());
        try (ResultWriter writer = draft.openResults()) {
            for (Map<String, @Nullable Object> result : group.results) {
                writer.write(asReported(group, result));
            }
        }
        Files.move(draft.resultsFile(), artifacts.resultsFile(), StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(draft.directory());
    }

    /** Files that were renamed when they were compressed are called as before. */
    private Map<String, @Nullable Object> asReported(Group group, Map<String, @Nullable Object> result)
            throws IOException {
        if (compression.isEmpty() || files(result).isEmpty()) {
            return result;
        }
        List<String> names = new ArrayList<>();
        for (String file : files(result)) {
            Optional<Path> there = find(group.attempt.platform(), group.attempt.test(), result, file);
            names.add(
                    there.isEmpty()
                            ? file
                            : file.substring(0, file.lastIndexOf('/') + 1)
                                    + nameBefore(there.get(), file.substring(file.lastIndexOf('/') + 1)));
        }
        Map<String, @Nullable Object> reported = new LinkedHashMap<>(result);
        reported.put("files", names);
        return reported;
    }

    private String nameBefore(Path there, String listed) {
        String before = compression.map(how -> how.nameBefore(there)).orElse(listed);
        return before.equals(there.getFileName().toString()) ? listed : before;
    }

    /**
     * Whose files are whose, where tests lie within others.
     *
     * @param directories how many tests have this one
     * @param listed files that staying tests list
     */
    private record Owners(Map<Path, Integer> directories, Set<Path> listed) {}

    private Owners owners() throws IOException {
        Map<Path, Integer> directories = new LinkedHashMap<>();
        for (Group group : groups.values()) {
            tree.findDirectory(group.attempt.platform(), group.attempt.test())
                    .ifPresent(directory -> directories.merge(directory, 1, Integer::sum));
        }
        Set<Path> listed = new HashSet<>();
        Entries.read(output, format, (line, text) -> {
            ResultsFormat.Entry entry = format.read(text, 0, text.length);
            if (entry != null && group(line, entry).stays) {
                for (Map<String, @Nullable Object> result : entry.results()) {
                    if (!OwnResult.isOwn(result)) {
                        listed.addAll(listed(entry.platform(), entry.test(), result));
                    }
                }
            }
        });
        return new Owners(directories, listed);
    }

    private Set<Path> listed(String platform, String test, Map<String, @Nullable Object> result) throws IOException {
        Set<Path> found = new HashSet<>();
        for (String file : files(result)) {
            find(platform, test, result, file).ifPresent(found::add);
        }
        return found;
    }

    private Optional<Path> find(String platform, String test, Map<String, @Nullable Object> result, String file)
            throws IOException {
        Optional<Path> directory = tree.findDirectory(platform, test);
        String subtest = result.get("name") instanceof String name ? name : null;
        return directory.isEmpty()
                ? Optional.empty()
                : ArtifactFiles.in(directory.get()).find(subtest, file);
    }

    /** Its files, as it calls them. */
    private static List<String> files(Map<String, @Nullable Object> result) {
        List<String> files = new ArrayList<>();
        if (result.get("files") instanceof List<?> listed) {
            for (Object file : listed) {
                if (file instanceof String name) {
                    files.add(name);
                }
            }
        }
        return files;
    }

    private void restoreFiles(Group group, Path directory, Owners owners) throws IOException {
        Path target = group.known.artifacts().files().directory();
        for (Map<String, @Nullable Object> result : group.results) {
            for (Path file : listed(group.attempt.platform(), group.attempt.test(), result)) {
                move(file, target.resolve(directory.relativize(file)));
            }
        }
        if (owners.directories().getOrDefault(directory, 0) <= 1) {
            moveUnlisted(directory, target, owners);
        }
        Path empty = directory;
        Trees.deleteEmptyDirectories(directory);
        while (empty != null && !empty.equals(tree.directory()) && Trees.deleteIfEmpty(empty)) {
            empty = empty.getParent();
        }
    }

    private void moveUnlisted(Path directory, Path target, Owners owners) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
                boolean others = !each.equals(directory) && owners.directories().containsKey(each);
                return others ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!owners.listed().contains(file)) {
                    move(file, target.resolve(directory.relativize(file)));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void move(Path file, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        if (compression.isEmpty()) {
            settle(file, to);
            return;
        }
        Path draft = to.resolveSibling(".atex-restored");
        Files.deleteIfExists(draft); // from when this was cut off
        String name = compression.get().nameBefore(file);
        compression.get().restore(file, draft);
        settle(draft, to.resolveSibling(name));
    }

    /** Loses nothing: what is in the way is either the same, or keeps its name. */
    private static void settle(Path file, Path to) throws IOException {
        Path place = to;
        for (int i = 1; Files.exists(place, LinkOption.NOFOLLOW_LINKS); i++) {
            if (Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS)
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.mismatch(file, place) < 0) {
                Files.delete(file);
                return;
            }
            place = to.resolveSibling(ArtifactFiles.alternative(to.getFileName().toString(), i));
        }
        Files.move(file, place);
    }
}
