package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands the same artifacts to several aggregators. One that fails does not keep the others from theirs; the artifacts then
 * stay, and when the same attempt is ingested again only those that failed get it. Thread-safe.
 *
 * <p>Files are not copied but linked, where the file system can.
 */
public final class MultiAggregator implements Aggregator {
    private final List<Aggregator> aggregators;

    /** Known before any artifacts come. */
    private final Set<Attempt> earlier = new HashSet<>();

    /** Of attempts that some have failed to ingest: what the others returned, by their index. */
    private final Map<Attempt, Map<Integer, Commit>> halfDone = new HashMap<>();

    private MultiAggregator(List<Aggregator> aggregators) {
        this.aggregators = aggregators;
    }

    /** One that opens, feeds and closes these, at least one, in this order. */
    public static MultiAggregator of(List<? extends Aggregator> aggregators) {
        if (aggregators.isEmpty()) {
            throw new IllegalArgumentException("no aggregator to hand artifacts to");
        }
        return new MultiAggregator(List.copyOf(aggregators));
    }

    @Override
    public void open() throws AggregatorException {
        openAll((_, aggregator) -> aggregator.open());
    }

    @Override
    public Map<Attempt, Found> resume(Resume from) throws AggregatorException {
        List<Resume> parts = parts(from);
        List<Map<Attempt, Found>> found = new ArrayList<>();
        openAll((i, aggregator) -> found.add(aggregator.resume(parts.get(i))));
        Map<Attempt, Found> everywhere = new LinkedHashMap<>();
        found.getFirst().forEach((attempt, first) -> {
            Map<Integer, Commit> commits = new TreeMap<>();
            for (int i = 0; i < found.size(); i++) {
                Found there = found.get(i).get(attempt);
                if (there != null) {
                    commits.put(i, there.commit());
                }
            }
            if (commits.size() == aggregators.size()) {
                everywhere.put(
                        attempt,
                        new Found(together(commits), first.own(), first.failedSubtests(), first.firstFailed()));
            }
        });
        earlier.addAll(everywhere.keySet());
        return everywhere;
    }

    /** What each aggregator is to know: the commits are its own. */
    private List<Resume> parts(Resume whole) throws AggregatorException {
        List<Map<Attempt, Resume.Known>> parts = new ArrayList<>();
        aggregators.forEach(_ -> parts.add(new HashMap<>()));
        for (Map.Entry<Attempt, Resume.Known> each : whole.attempts().entrySet()) {
            Resume.Known known = each.getValue();
            List<Optional<Commit>> commits = parts(known.commit());
            for (int i = 0; i < parts.size(); i++) {
                parts.get(i).put(each.getKey(), new Resume.Known(known.standing(), known.artifacts(), commits.get(i)));
            }
        }
        return parts.stream().map(Resume::new).toList();
    }

    private List<Optional<Commit>> parts(Optional<Commit> commit) throws AggregatorException {
        List<Optional<Commit>> parts = new ArrayList<>();
        if (commit.isEmpty()) {
            aggregators.forEach(_ -> parts.add(Optional.empty()));
            return parts;
        }
        String position = commit.get().position();
        try {
            if (Json.parse(position) instanceof List<?> positions && positions.size() == aggregators.size()) {
                for (Object each : positions) {
                    if (each instanceof String text) {
                        parts.add(Optional.of(new Commit(text, commit.get().files())));
                    }
                }
            }
        } catch (JsonException e) {
            throw new AggregatorException("'" + position + "' is no position in several outputs", e);
        }
        if (parts.size() != aggregators.size()) {
            throw new AggregatorException("'" + position + "' is no position in " + aggregators.size()
                    + " outputs: were there others before?");
        }
        return parts;
    }

    private interface Opening {
        void open(int index, Aggregator aggregator) throws AggregatorException;
    }

    private void openAll(Opening opening) throws AggregatorException {
        for (int i = 0; i < aggregators.size(); i++) {
            try {
                opening.open(i, aggregators.get(i));
            } catch (AggregatorException e) {
                Failures alsoThat = new Failures();
                closeAll(aggregators.subList(0, i), alsoThat);
                alsoThat.addTo(e);
                throw e;
            }
        }
    }

    @Override
    public Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException, InterruptedException {
        boolean toLink = Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS) && !earlier.contains(attempt);
        Map<Integer, Commit> done = takeHalfDone(attempt);
        Failures failures = new Failures();
        try {
            for (int i = 0; i < aggregators.size(); i++) {
                if (!done.containsKey(i)) {
                    boolean takesOriginal = !toLink || (i == aggregators.size() - 1 && failures.isEmpty());
                    Aggregator aggregator = aggregators.get(i);
                    Commit commit = takesOriginal
                            ? failures.ofCall(() -> aggregator.ingest(attempt, artifacts))
                            : ingestLinked(aggregator, attempt, artifacts, failures);
                    if (commit != null) {
                        done.put(i, commit);
                    }
                }
            }
        } finally {
            if (done.size() < aggregators.size()) {
                rememberHalfDone(attempt, done);
            }
        }
        failures.rethrow(
                "results of " + attempt.test() + " are not in all outputs; they stay in " + artifacts.directory());
        if (toLink) {
            drop(attempt, artifacts);
        }
        return together(done);
    }

    private static @Nullable Commit ingestLinked(
            Aggregator aggregator, Attempt attempt, TestArtifacts artifacts, Failures failures)
            throws InterruptedException {
        Path linked = artifacts.directory().resolve(".linked");
        try {
            return failures.ofCall(() -> {
                Trees.delete(linked); // from a life that ended in the middle of this
                TestArtifacts copy = TestArtifacts.in(linked);
                artifacts.abortReason().ifPresent(copy::abortedBy);
                Files.createDirectory(linked);
                Trees.link(artifacts.resultsFile(), copy.resultsFile());
                if (Files.exists(artifacts.files().directory(), LinkOption.NOFOLLOW_LINKS)) {
                    Trees.link(artifacts.files().directory(), copy.files().directory());
                }
                return ingestCopy(aggregator, attempt, copy, artifacts);
            });
        } finally {
            failures.ofStep(() -> Trees.delete(linked));
        }
    }

    /** Messages name the artifacts, not the copy, which will be gone. */
    private static Commit ingestCopy(Aggregator aggregator, Attempt attempt, TestArtifacts copy, TestArtifacts original)
            throws AggregatorException, InterruptedException {
        try {
            return aggregator.ingest(attempt, copy);
        } catch (AggregatorException e) {
            String message = String.valueOf(e.getMessage());
            String place = original.directory().toString();
            throw new AggregatorException(message.replace(copy.directory().toString(), place), e);
        }
    }

    private synchronized Map<Integer, Commit> takeHalfDone(Attempt attempt) {
        Map<Integer, Commit> done = halfDone.remove(attempt);
        return done == null ? new TreeMap<>() : done;
    }

    private synchronized void rememberHalfDone(Attempt attempt, Map<Integer, Commit> done) {
        halfDone.put(attempt, done);
    }

    /** Whatever of the two the aggregators have left. */
    private static void drop(Attempt attempt, TestArtifacts artifacts) throws AggregatorException {
        Failures failures = new Failures();
        failures.ofStep(() -> {
            Trees.delete(artifacts.resultsFile());
            Trees.delete(artifacts.files().directory());
            boolean _ = Trees.deleteIfEmpty(artifacts.directory());
        });
        failures.rethrow(
                "results of " + attempt.test() + " are stored, but " + artifacts.directory() + " cannot be removed");
    }

    private static Commit together(Map<Integer, Commit> done) {
        List<String> positions = done.values().stream().map(Commit::position).toList();
        Optional<Path> files = done.values().stream()
                .flatMap(commit -> commit.files().stream())
                .findFirst();
        return new Commit(Json.write(positions), files);
    }

    @Override
    public void close() throws AggregatorException {
        Failures failures = new Failures();
        closeAll(aggregators, failures);
        failures.rethrow("not all outputs could be closed");
    }

    private static void closeAll(List<Aggregator> those, Failures failures) {
        for (Aggregator aggregator : those) {
            failures.ofStep(aggregator::close);
        }
    }
}
