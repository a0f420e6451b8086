package dev.atex.run.engine;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.concurrent.Deadline;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.MalformedResultsException;
import dev.atex.executor.OwnResult;
import dev.atex.executor.Subtests;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Failures;
import dev.atex.internal.files.Trees;
import dev.atex.results.EarlierAttempt;
import dev.atex.results.FileAggregator;
import dev.atex.results.RecoveredOutput;
import dev.atex.results.StoredArtifacts;
import dev.atex.results.StoredAttempt;
import dev.atex.run.RunEvent;
import dev.atex.run.layout.ArtifactPaths;
import dev.atex.run.model.RunModel;
import dev.atex.run.model.TestModel;
import dev.atex.run.schedule.Rules;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A plan to resume a run: the tests that are still to be run, and the stored results of the others. A test is done if the end of
 * its last attempt is known, was not a cancellation, and no rerun was due. All other tests are run, for the first time or again,
 * and replace what was stored of them. Their earlier attempts stay in the artifacts directory.
 */
public final class ResumePlan {
    /** The reason for not running a test of the run. */
    private static final String GONE = "the test is not there any more";

    private final RunModel history;
    private final ArtifactPaths paths;
    private final RecoveredOutput output;
    private final List<Inbox.Report> news = new ArrayList<>();
    private final ArtifactFiles files;
    private final List<StoredArtifacts> storedArtifacts = new ArrayList<>();
    private final List<String> tests = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final Map<String, Begun> begun = new HashMap<>();

    /** Endings that were not in the log. */
    private final List<Ending> recovered = new ArrayList<>();

    private record Begun(int attempts, int uncounted, boolean cutOff) {}

    /** The next step for a test, once it is known whether the output has its attempt. */
    private enum Then {
        /** The test is done if the output has its result. */
        KEEP,
        /** The test is done if the output has the attempt, whose end is to be logged. */
        RECOVER,
        /** The test is done; the attempt is stored if the output does not have it. */
        STORE,
        /** The test is not done. */
        RUN
    }

    private record Plan(int attempt, EarlierAttempt earlier, Then then) {}

    private ResumePlan(RunModel history, RecoveredOutput output, ArtifactFiles files, ArtifactPaths paths) {
        this.history = history;
        this.files = files;
        this.output = output;
        this.paths = paths;
    }

    /**
     * Opens the output and stores what is left to be stored. Can be cut off at any instant and repeated. See
     * {@link dev.atex.orchestrator.Resumption#begin} for the parameters.
     */
    public static ResumePlan begin(
            RunModel history, Path results, Path files, Path artifactsDirectory, Predicate<String> available)
            throws AggregatorException, IOException, InterruptedException {
        ArtifactPaths paths = new ArtifactPaths(artifactsDirectory);
        Map<String, Plan> plans = new LinkedHashMap<>();
        Map<Attempt, EarlierAttempt> attempts = new HashMap<>();
        for (String test : history.names()) {
            Plan plan = plan(test, history, paths);
            plans.put(test, plan);
            attempts.put(new Attempt(history.platform(), test, plan.attempt()), plan.earlier());
        }
        RecoveredOutput output = FileAggregator.recover(results, files, attempts);
        ResumePlan resumption = new ResumePlan(history, output, ArtifactFiles.in(files), paths);
        try {
            resumption.begin(plans, available);
            return resumption;
        } catch (IOException | InterruptedException | RuntimeException e) {
            try {
                output.aggregator().close();
            } catch (AggregatorException unclosed) {
                e.addSuppressed(unclosed);
            }
            throw e;
        }
    }

    private void begin(Map<String, Plan> plans, Predicate<String> available) throws IOException, InterruptedException {
        for (Map.Entry<String, Plan> each : plans.entrySet()) {
            String test = each.getKey();
            Plan plan = each.getValue();
            StoredAttempt stored = output.stored().get(attempt(test, plan.attempt()));
            if (stored != null) {
                Optional<TestArtifacts> artifacts = plan.earlier()
                        .artifacts()
                        .filter(found -> Files.exists(found.directory(), LinkOption.NOFOLLOW_LINKS));
                if (artifacts.isPresent()) {
                    storedArtifacts.add(new StoredArtifacts(
                            artifacts.get(), files.findDirectory(history.platform(), test))); // with all files
                }
            }
            if (!isDone(test, plan, stored)) {
                again(test, available.test(test));
            }
        }
    }

    /**
     * Removes stored artifacts that a complete run left, as its process may end before they are removed. Those of cancelled
     * attempts stay: not all of them were stored. Returns problems. See {@link dev.atex.orchestrator.Resumption#removeStored}
     * for the parameters.
     */
    public static List<String> removeStored(RunModel history, Path files, Path artifactsDirectory, Deadline deadline)
            throws IOException, InterruptedException {
        if (!history.isComplete()) {
            throw new IllegalArgumentException("the run is not complete");
        }
        ArtifactPaths paths = new ArtifactPaths(artifactsDirectory);
        ArtifactFiles output = ArtifactFiles.in(files);
        Queue<StoredArtifacts> left = new ArrayDeque<>();
        List<String> problems = new ArrayList<>();
        for (TestModel test : history.tests()) {
            TestArtifacts artifacts =
                    TestArtifacts.in(paths.of(test.name(), test.notRun() ? test.begun() + 1 : test.begun()));
            if (test.isCancelled() || !Files.isDirectory(artifacts.directory(), LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            Optional<Path> stored = output.findDirectory(history.platform(), test.name());
            if (stored.isEmpty() && Trees.holdsFiles(artifacts.files().directory())) {
                problems.add("the stored artifacts in " + artifacts.directory() + " are not removed: " + files
                        + " has no directory with files of " + test.name());
            } else {
                left.add(new StoredArtifacts(artifacts, stored));
            }
        }
        problems.addAll(StoredArtifacts.removeAll(left, deadline));
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while removing stored artifacts");
        }
        return problems;
    }

    private Attempt attempt(String test, int number) {
        return new Attempt(history.platform(), test, number);
    }

    private static Plan plan(String test, RunModel history, ArtifactPaths paths) throws IOException {
        TestModel past = history.testNamed(test);
        if (past.notRun()) {
            int attempt = past.begun() + 1; // as it was stored
            if (past.commit().isPresent() && history.stop().isPresent()) {
                return new Plan(attempt, EarlierAttempt.notRun(past.commit().get()), Then.KEEP);
            }
            return new Plan(attempt, EarlierAttempt.notRun(), Then.RUN);
        }
        int highest = highest(test, past, paths);
        boolean isNextDue = past.superseded() && past.rerun();
        if (highest > past.begun() || past.ending().isEmpty() || isNextDue) { // the log may be behind
            int least = past.superseded() ? past.begun() + 1 : 1;
            return doubtful(test, Math.max(least, highest), paths);
        }
        TestArtifacts artifacts = TestArtifacts.in(paths.of(test, past.begun()));
        Ending ending = past.ending().get();
        if (ending.failure().isPresent()) {
            ending.note().ifPresent(artifacts::abortedBy);
        }
        if (past.isCancelled() || past.rerun()) {
            return new Plan(past.begun(), EarlierAttempt.replaced(artifacts), Then.RUN);
        }
        EarlierAttempt earlier = past.commit().isPresent()
                ? EarlierAttempt.stored(artifacts, past.commit().get())
                : EarlierAttempt.stored(artifacts);
        return new Plan(past.begun(), earlier, Then.STORE);
    }

    /**
     * Returns false for an attempt that is run again instead: its result for the test itself, which the ending has, did not
     * reach the disk, or this program failed, as on a full disk, and nothing of it was stored.
     */
    private boolean canBeStored(String test, TestArtifacts artifacts) throws IOException {
        Optional<Ending> ending = history.testNamed(test).ending();
        if (ending.flatMap(Ending::failure)
                        .filter(FailureClass.INTERNAL::equals)
                        .isPresent()
                || !Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            return ending.flatMap(Ending::status).isEmpty()
                    || artifacts.ownResult().isPresent();
        } catch (MalformedResultsException e) {
            return false;
        }
    }

    private static Plan doubtful(String test, int attempt, ArtifactPaths paths) {
        EarlierAttempt earlier = EarlierAttempt.doubtful(TestArtifacts.in(paths.of(test, attempt)));
        return new Plan(attempt, earlier, Then.RECOVER);
    }

    /** Returns the number of the last attempt that was begun, logged or not. */
    private static int highest(String test, TestModel past, ArtifactPaths paths) throws IOException {
        int highest = past.begun();
        Path directory = paths.of(test);
        if (!Files.isDirectory(directory)) {
            return highest;
        }
        try (DirectoryStream<Path> attempts = Files.newDirectoryStream(directory)) {
            for (Path each : attempts) {
                String name = each.getFileName().toString();
                if (name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    highest = Math.max(highest, Integer.parseInt(name));
                }
            }
        }
        return highest;
    }

    private boolean isDone(String test, Plan plan, @Nullable StoredAttempt stored)
            throws IOException, InterruptedException {
        return switch (plan.then()) {
            case KEEP -> stored != null;
            case RECOVER -> stored != null && recover(test, plan.attempt(), stored);
            case STORE -> store(test, plan, stored);
            case RUN -> false;
        };
    }

    private boolean recover(String test, int attempt, StoredAttempt stored) {
        RunEvent.AttemptRecovered event = new RunEvent.AttemptRecovered(
                Duration.ZERO,
                test,
                attempt,
                stored.own(),
                FailedSubtests.of(stored.failedSubtests(), stored.firstFailed(), Subtests.COUNT),
                stored.commit());
        recovered.add(event.ending());
        news.add(at -> new RunEvent.AttemptRecovered(at, test, attempt, event.own(), event.subtests(), event.commit()));
        return true;
    }

    private boolean store(String test, Plan plan, @Nullable StoredAttempt stored)
            throws IOException, InterruptedException {
        if (stored == null) {
            TestArtifacts artifacts = plan.earlier().artifacts().orElseThrow();
            if (!canBeStored(test, artifacts)) {
                return false;
            }
            store(test, plan.attempt(), artifacts);
        } else if (plan.earlier().commit().isEmpty()) {
            news.add(at -> new RunEvent.AttemptIngested(at, test, plan.attempt(), true, stored.commit()));
        }
        return true;
    }

    private void store(String test, int number, TestArtifacts artifacts) throws InterruptedException {
        try {
            Commit commit = output.aggregator().ingest(attempt(test, number), artifacts);
            storedArtifacts.add(new StoredArtifacts(artifacts, commit.files()));
            news.add(at -> new RunEvent.AttemptIngested(at, test, number, true, commit));
        } catch (AggregatorException | RuntimeException e) {
            String message = Failures.describe(e);
            news.add(at -> new RunEvent.IngestFailed(at, test, number, artifacts.directory(), message));
        }
    }

    private void again(String test, boolean available) throws IOException, InterruptedException {
        TestModel past = history.testNamed(test);
        int last = highest(test, past, paths);
        if (last > 0 && !(past.superseded() && last == past.begun())) {
            Path directory = paths.of(test, last);
            Optional<Path> kept = Files.exists(directory) ? Optional.of(directory) : Optional.empty();
            news.add(at -> new RunEvent.AttemptSuperseded(at, test, last, kept));
        }
        if (available) {
            tests.add(test);
            begun.put(test, new Begun(last, last - past.counted(), isCutOff(past, last)));
            return;
        }
        gone.add(test);
        news.add(at -> new RunEvent.TestNotRun(at, test, GONE));
        TestArtifacts artifacts = TestArtifacts.in(paths.of(test, last + 1));
        OwnResult _ = OwnResult.notRun(GONE).addTo(artifacts);
        store(test, last + 1, artifacts);
    }

    /** Also knows attempts whose begin is not in the log. A test that was not run has a directory for its result. */
    private static boolean isCutOff(TestModel past, int last) {
        return past.cutOff() || (!past.notRun() && last > Math.max(past.begun(), past.lastSuperseded()));
    }

    /** Returns the run so far. */
    public RunModel history() {
        return history;
    }

    /** Returns the artifacts that are in the output: to be removed when the run is complete. */
    List<StoredArtifacts> storedArtifacts() {
        return storedArtifacts;
    }

    /** Returns the output, which is open. */
    public Aggregator aggregator() {
        return output.aggregator();
    }

    /** Returns the tests that are still to be run, in the order of the run. */
    public List<String> tests() {
        return List.copyOf(tests);
    }

    /** Returns the tests that are not done and not available. */
    public List<String> gone() {
        return List.copyOf(gone);
    }

    /** Returns the number of attempts of a test that were begun. */
    int attempts(String test) {
        Begun before = begun.get(test);
        return before == null ? 0 : before.attempts();
    }

    /** Returns the number of those that the end of the run cut off: policies do not count them. */
    int uncounted(String test) {
        Begun before = begun.get(test);
        return before == null ? 0 : before.uncounted();
    }

    /** Returns true if the end of the run cut off the last one. */
    boolean isCutOff(String test) {
        Begun before = begun.get(test);
        return before != null && before.cutOff();
    }

    /** Returns what the scheduler needs to know of the earlier sessions. */
    Rules.Before before(Subtests how) {
        Set<String> open = new HashSet<>(tests);
        open.addAll(gone);
        long failed = history.tests().stream()
                .filter(test -> !open.contains(test.name()))
                .filter(test -> !test.notRun() && !test.rerun()) // one whose rerun was due is open, or recovered
                .filter(test -> test.ending().filter(Ending::isFailure).isPresent())
                .count();
        failed += recovered.stream()
                .filter(ending -> ending.judged(how).isFailure())
                .count();
        return new Rules.Before((int) failed, history.stop());
    }

    /** Returns the attempts that were found and stored, to be logged after {@link RunEvent.RunResumed}. */
    List<Inbox.Report> news() {
        return news;
    }
}
