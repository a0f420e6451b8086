package dev.atex.run.engine;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.aggregator.Found;
import dev.atex.aggregator.Resume;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.MalformedResultsException;
import dev.atex.executor.OwnResult;
import dev.atex.executor.Subtests;
import dev.atex.executor.TestAbortedException;
import dev.atex.executor.TestArtifacts;
import dev.atex.run.Ending;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a run goes on: which tests are still to be run, and what is stored of the others. A test is done when the end of its last
 * attempt is known, was not a cancellation, and no rerun was due. All others are run: for the first time, or again, and then what
 * was stored of them gives way. Their earlier attempts stay in the artifacts directory.
 */
public final class ResumePlan {
    /** Why a test is not run that a run had. */
    private static final String GONE = "the test is not there any more";

    private final RunModel history;
    private final Aggregator results;
    private final ArtifactPaths paths;
    private final List<Inbox.Report> news = new ArrayList<>();
    private final List<String> tests = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();
    private final Map<String, Begun> begun = new HashMap<>();

    /** How tests ended whose end was not in the log. */
    private final List<Ending> recovered = new ArrayList<>();

    private record Begun(int attempts, int uncounted, boolean cutOff) {}

    /** What is done with a test whose attempt is, or is not, in the output. */
    private enum Then {
        /** It is done if the attempt is there, as the log has it. */
        NOTHING,
        /** It is done if the attempt is there: to be logged. */
        LOG_STORED,
        /** The same, and its end is not in the log either. */
        LOG_RECOVERED,
        /** Its artifacts are to be stored. */
        STORE,
        /** It is not done. */
        RUN
    }

    private record Plan(int attempt, Resume.Known known, Then then) {}

    private ResumePlan(RunModel history, Aggregator results, Path artifactsDirectory) {
        this.history = history;
        this.results = results;
        this.paths = new ArtifactPaths(artifactsDirectory);
    }

    /**
     * Opens the output and stores what is left to be stored. Can be cut off at any instant and begun again.
     *
     * @param history of the run, which is not complete; not to be used any more
     * @param results where its results are; not open. Whoever calls this closes it after the run
     * @param artifactsDirectory the one that the run had
     * @param there whether a test can be run; one that cannot, and is not done, gets a final result that says so
     */
    public static ResumePlan begin(
            RunModel history, Aggregator results, Path artifactsDirectory, Predicate<String> there)
            throws AggregatorException, IOException, InterruptedException {
        ResumePlan resumption = new ResumePlan(history, results, artifactsDirectory);
        resumption.begin(there);
        return resumption;
    }

    private void begin(Predicate<String> there) throws AggregatorException, IOException, InterruptedException {
        Map<String, Plan> plans = new LinkedHashMap<>();
        Map<Attempt, Resume.Known> known = new HashMap<>();
        for (String test : history.names()) {
            Plan plan = plan(test, history.testNamed(test));
            plans.put(test, plan);
            known.put(attempt(test, plan.attempt()), plan.known());
        }
        Map<Attempt, Found> found = results.resume(new Resume(known));
        for (Map.Entry<String, Plan> each : plans.entrySet()) {
            String test = each.getKey();
            Plan plan = each.getValue();
            if (!isDone(test, plan, found.get(attempt(test, plan.attempt())))) {
                again(test, there.test(test));
            }
        }
    }

    private Attempt attempt(String test, int number) {
        return new Attempt(history.platform(), test, number);
    }

    private Plan plan(String test, TestModel past) throws IOException {
        if (past.notRun()) {
            int attempt = past.begun() + 1; // that it was stored under
            if (past.commit().isPresent() && history.stop().isPresent()) {
                TestArtifacts artifacts = TestArtifacts.in(paths.of(test, attempt));
                return new Plan(
                        attempt, Resume.Known.stored(artifacts, past.commit().get()), Then.NOTHING);
            }
            return new Plan(attempt, Resume.Known.replaced(TestArtifacts.in(paths.ofLost(test, attempt))), Then.RUN);
        }
        if (past.superseded() && (past.ending().isEmpty() || past.rerun())) {
            return doubtful(test, Math.max(past.begun() + 1, highest(test, past)));
        }
        if (past.ending().isEmpty()) {
            return doubtful(test, Math.max(1, highest(test, past)));
        }
        TestArtifacts artifacts = TestArtifacts.in(paths.of(test, past.begun()));
        Ending ending = past.ending().get();
        if (ending.failure().isPresent()) {
            ending.note().ifPresent(artifacts::abortedBy);
        }
        if (past.isCancelled() || past.rerun()) {
            return new Plan(past.begun(), Resume.Known.replaced(artifacts), Then.RUN);
        }
        if (past.commit().isPresent()) {
            return new Plan(
                    past.begun(), Resume.Known.stored(artifacts, past.commit().get()), Then.NOTHING);
        }
        if (!Files.exists(artifacts.resultsFile(), LinkOption.NOFOLLOW_LINKS)) {
            return new Plan(past.begun(), Resume.Known.stored(artifacts), Then.LOG_STORED);
        }
        return isWhole(artifacts, ending)
                ? new Plan(past.begun(), Resume.Known.doubtful(artifacts), Then.STORE)
                : new Plan(past.begun(), Resume.Known.replaced(artifacts), Then.RUN);
    }

    /** Not so where the result for the test itself, which its end speaks of, did not get to the disk. */
    private static boolean isWhole(TestArtifacts artifacts, Ending ending) throws IOException {
        try {
            return artifacts.ownResult().isPresent() || ending.status().isEmpty();
        } catch (MalformedResultsException e) {
            return false;
        }
    }

    private Plan doubtful(String test, int attempt) {
        Resume.Known known = Resume.Known.doubtful(TestArtifacts.in(paths.of(test, attempt)));
        return new Plan(attempt, known, Then.LOG_RECOVERED);
    }

    /** The last attempt that was begun, logged or not. */
    private int highest(String test, TestModel past) throws IOException {
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

    private boolean isDone(String test, Plan plan, @Nullable Found found) throws InterruptedException {
        int attempt = plan.attempt();
        switch (plan.then()) {
            case NOTHING, RUN -> {}
            case STORE -> {
                store(test, attempt, plan.known().artifacts());
                return true;
            }
            case LOG_STORED -> {
                if (found != null) {
                    news.add(at -> new RunEvent.AttemptIngested(at, test, attempt, true, found.commit()));
                }
            }
            case LOG_RECOVERED -> {
                if (found != null) {
                    RunEvent.AttemptRecovered event = new RunEvent.AttemptRecovered(
                            Duration.ZERO,
                            test,
                            attempt,
                            found.own(),
                            FailedSubtests.of(found.failedSubtests(), found.firstFailed(), Subtests.COUNT),
                            found.commit());
                    recovered.add(event.ending());
                    news.add(at -> new RunEvent.AttemptRecovered(
                            at, test, attempt, event.own(), event.subtests(), event.commit()));
                }
            }
        }
        return found != null && plan.then() != Then.RUN;
    }

    private void store(String test, int number, TestArtifacts artifacts) throws InterruptedException {
        try {
            Commit commit = results.ingest(attempt(test, number), artifacts);
            news.add(at -> new RunEvent.AttemptIngested(at, test, number, true, commit));
        } catch (AggregatorException | RuntimeException e) {
            String message = Failures.describe(e);
            news.add(at -> new RunEvent.IngestFailed(at, test, number, artifacts.directory(), message));
        }
    }

    private void again(String test, boolean there) throws IOException, InterruptedException {
        TestModel past = history.testNamed(test);
        int last = highest(test, past);
        if (last > 0 && !(past.superseded() && last == past.begun())) {
            Path directory = paths.of(test, last);
            Optional<Path> kept = Files.exists(directory) ? Optional.of(directory) : Optional.empty();
            news.add(at -> new RunEvent.AttemptSuperseded(at, test, last, kept));
        }
        if (there) {
            tests.add(test);
            begun.put(test, new Begun(last, last - past.counted(), isCutOff(past, last)));
            return;
        }
        gone.add(test);
        news.add(at -> new RunEvent.TestNotRun(at, test, GONE));
        TestArtifacts artifacts = TestArtifacts.in(paths.of(test, last + 1));
        OwnResult _ = OwnResult.aborted(TestAbortedException.note(GONE)).addTo(artifacts);
        store(test, last + 1, artifacts);
    }

    /** Also where the log does not know that it was begun. A test that was not run has a directory for that. */
    private static boolean isCutOff(TestModel past, int last) {
        return past.cutOff() || (!past.notRun() && last > Math.max(past.begun(), past.lastSuperseded()));
    }

    /** The run so far. */
    public RunModel history() {
        return history;
    }

    /** The tests that are still to be run, in the order of the run. */
    public List<String> tests() {
        return List.copyOf(tests);
    }

    /** The tests that cannot be run any more, though they are not done. */
    public List<String> gone() {
        return List.copyOf(gone);
    }

    /** How many attempts of a test were begun. */
    int attempts(String test) {
        Begun before = begun.get(test);
        return before == null ? 0 : before.attempts();
    }

    /** How many of those the end of the run cut off: policies don't count them. */
    int uncounted(String test) {
        Begun before = begun.get(test);
        return before == null ? 0 : before.uncounted();
    }

    /** Whether the last of those was cut off by the end of the run. */
    boolean isCutOff(String test) {
        Begun before = begun.get(test);
        return before != null && before.cutOff();
    }

    /** What the run has behind it. */
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

    /** What was found and stored, to be logged behind {@link RunEvent.RunResumed}. */
    List<Inbox.Report> news() {
        return news;
    }
}
