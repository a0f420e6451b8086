package dev.atex.aggregator;

import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.OwnResult;
import dev.atex.executor.ResultWriter;
import dev.atex.executor.TestArtifacts;
import dev.atex.json.LineReader;
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

/**
 * Sorts out an output that is to be continued: which tests stay, and which go back to their artifacts. Goes by the names of
 * tests and not by positions, so that it can be cut off anywhere and done again. Not thread-safe.
 */
final class Withdrawal {
    private final ResultsOutput output;
    private final ArtifactFiles tree;
    private final Map<TestName, Group> groups = new LinkedHashMap<>();
    private long damaged;

    /** What there is of one test. */
    private static final class Group {
        final Attempt attempt;
        final Resume.Known known;
        /** Only of a test that is put back. */
        final List<ResultLines.Line> lines = new ArrayList<>();

        /** Decided once, when all lines were seen. */
        boolean stays;

        long bytes;
        OwnResult own = new OwnResult(Optional.empty(), Optional.empty(), Optional.empty());
        /** As results of executors, and of the orchestrator, are: else the last ones are missing. */
        boolean ownLast;

        Group(Attempt attempt, Resume.Known known) {
            this.attempt = attempt;
            this.known = known;
        }

        void add(ResultLines.Line line, long size) {
            bytes += size;
            ownLast = OwnResult.isOwn(line.result());
            if (ownLast) {
                own = OwnResult.of(line.result());
            }
        }

        void decide() throws IOException {
            stays = switch (known.standing()) {
                case STORED ->
                    known.commit().isPresent() ? bytes == length(known.commit().get()) : ownLast;
                case DOUBTFUL ->
                    ownLast
                            && own.status().filter("infra"::equals).isEmpty()
                            && !Files.exists(known.artifacts().resultsFile(), LinkOption.NOFOLLOW_LINKS);
                case REPLACED -> false;
            };
        }

        private static long length(Commit commit) throws IOException {
            return PlainOutput.length(commit.position());
        }
    }

    private Withdrawal(ResultsOutput output, ArtifactFiles tree) {
        this.output = output;
        this.tree = tree;
    }

    /** Reads the output, which is not open, and changes nothing. */
    static Withdrawal of(ResultsOutput output, ArtifactFiles tree, Resume from) throws IOException {
        Withdrawal withdrawal = new Withdrawal(output, tree);
        from.attempts().forEach((attempt, known) -> withdrawal.add(new Group(attempt, known)));
        output.read(withdrawal::sort);
        return withdrawal;
    }

    private void add(Group group) {
        if (groups.put(TestName.of(group.attempt), group) != null) {
            throw new IllegalArgumentException("two attempts at " + group.attempt.test() + " are in one output");
        }
    }

    private void sort(LineReader at) throws IOException {
        ResultLines.Line line = ResultLines.Line.read(at);
        if (line == null) {
            damaged = damaged == 0 ? at.number() : damaged; // as long as nothing follows, from when the power failed
            return;
        }
        if (damaged != 0) {
            throw new IOException("line " + damaged + " is not one of results");
        }
        group(at, line).add(line, at.length() + 1L);
    }

    private Group group(LineReader at, ResultLines.Line line) throws IOException {
        Group group = groups.get(new TestName(line.platform(), line.test()));
        if (group == null) {
            throw new IOException("line " + at.number() + " is of " + line.test() + " on " + line.platform()
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
        return new Found(new Commit(PlainOutput.position(end - group.bytes, end), directory), group.own);
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
            output.read(this::gather);
        }
        putBack(back);
        if (dropsLines) {
            output.retain(at -> {
                ResultLines.Line line = ResultLines.Line.read(at);
                return line != null && group(at, line).stays;
            });
        }
        return stay;
    }

    private void gather(LineReader at) throws IOException {
        ResultLines.Line line = ResultLines.Line.read(at);
        if (line != null && !group(at, line).stays) {
            group(at, line).lines.add(line);
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

    private static void restoreResults(Group group) throws IOException {
        TestArtifacts artifacts = group.known.artifacts();
        if (group.lines.isEmpty() || Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        TestArtifacts draft = TestArtifacts.in(artifacts.directory().resolve(".back"));
        Trees.delete(draft.directory());
        try (ResultWriter writer = draft.openResults()) {
            for (ResultLines.Line line : group.lines) {
                writer.write(line.result());
            }
        }
        Files.move(draft.resultsFile(), artifacts.resultsFile(), StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(draft.directory());
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
        output.read(at -> {
            ResultLines.Line line = ResultLines.Line.read(at);
            if (line != null && line.subtest() != null && group(at, line).stays) {
                listed.addAll(listed(line));
            }
        });
        return new Owners(directories, listed);
    }

    private Set<Path> listed(ResultLines.Line line) throws IOException {
        Set<Path> found = new HashSet<>();
        Optional<Path> directory = tree.findDirectory(line.platform(), line.test());
        if (directory.isPresent()) {
            ArtifactFiles files = ArtifactFiles.in(directory.get());
            for (String file : line.files()) {
                files.find(line.subtest(), file).ifPresent(found::add);
            }
        }
        return found;
    }

    private void restoreFiles(Group group, Path directory, Owners owners) throws IOException {
        Path target = group.known.artifacts().files().directory();
        for (ResultLines.Line line : group.lines) {
            for (Path file : listed(line)) {
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

    private static void moveUnlisted(Path directory, Path target, Owners owners) throws IOException {
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

    /** Loses nothing: what is in the way is either the same, or keeps its name. */
    private static void move(Path file, Path to) throws IOException {
        Files.createDirectories(to.getParent());
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
