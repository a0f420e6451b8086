package dev.atex.report;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Subtests;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunFiles;
import dev.atex.orchestrator.RunHistory;
import dev.atex.orchestrator.RunListener;
import dev.atex.orchestrator.RunSummary;
import dev.atex.orchestrator.RunSummary.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Makes a {@link RunReport} of the events of a run and the lines of its results. Used by one thread at a time. */
final class ReportFold implements RunListener {
    private static final Set<RunSummary.Verdict> OPEN =
            Set.of(RunSummary.Verdict.NOT_RUN, RunSummary.Verdict.CANCELLED);

    private final Path directory;
    private final Consumer<String> changed;
    private final Optional<Subtests> subtests;
    private final RunFiles runFiles;
    private final RunHistory history;
    private final PoolFold pool = new PoolFold();
    private final Map<String, List<ReportedAttempt>> attempts = new HashMap<>();
    private final Map<String, TestResults.Growing> results = new HashMap<>();
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, Optional<Path>> logs = new HashMap<>();
    private Duration now = Duration.ZERO;
    private long committed;
    private int sittings = 1;

    /**
     * Nothing has happened yet in the run of this directory.
     *
     * @param changed is told the name of a test when something is new about it
     */
    ReportFold(Path directory, Consumer<String> changed) {
        this(directory, changed, Optional.empty());
    }

    /**
     * The same where failed subtests are judged otherwise than they were.
     *
     * @param subtests how; empty: as they were
     */
    ReportFold(Path directory, Consumer<String> changed, Optional<Subtests> subtests) {
        this.subtests = subtests;
        this.directory = directory;
        this.changed = changed;
        this.runFiles = RunFiles.in(directory);
        this.history = new RunHistory().filesIn(directory);
    }

    @Override
    public void on(RunEvent event) {
        if (subtests.isPresent()) {
            take(judged(event, subtests.get()));
        } else {
            take(event);
        }
    }

    private static RunEvent judged(RunEvent event, Subtests how) {
        return switch (event) {
            case RunEvent.TestFinished e ->
                new RunEvent.TestFinished(
                        e.at(), e.remote(), e.test(), e.attempt(), e.ending().judged(how), e.rerun(), e.destroyed());
            case RunEvent.AttemptRecovered e ->
                new RunEvent.AttemptRecovered(
                        e.at(), e.test(), e.attempt(), e.own(), e.subtests().judged(how), e.commit());
            default -> event;
        };
    }

    private void take(RunEvent event) {
        now = event.at();
        history.on(event);
        pool.on(event);
        switch (event) {
            case RunEvent.TestStarted e -> {
                of(e.test())
                        .add(new ReportedAttempt(
                                e.attempt(), e.remote(), e.at(), e.at(), Optional.empty(), false, Optional.empty()));
                changed.accept(e.test());
            }
            case RunEvent.TestFinished e ->
                change(
                        e.test(),
                        e.attempt(),
                        a -> new ReportedAttempt(
                                a.number(),
                                a.remote(),
                                a.from(),
                                e.ended(),
                                Optional.of(e.ending()),
                                e.rerun(),
                                a.kept()));
            case RunEvent.AttemptSuperseded e ->
                change(
                        e.test(),
                        e.attempt(),
                        a -> new ReportedAttempt(
                                a.number(), a.remote(), a.from(), a.to(), a.ending(), a.rerun(), kept(e)));
            case RunEvent.AttemptIngested e -> {
                if (e.last()) {
                    stored(e.test(), e.commit());
                }
            }
            case RunEvent.AttemptRecovered e -> {
                change(
                        e.test(),
                        e.attempt(),
                        a -> new ReportedAttempt(
                                a.number(), a.remote(), a.from(), a.to(), Optional.of(e.ending()), false, a.kept()));
                stored(e.test(), e.commit());
            }
            case RunEvent.RunResumed e -> {
                sittings++;
                committed = 0;
                e.tests().forEach(test -> {
                    results.remove(test);
                    files.remove(test);
                    logs.remove(test);
                    changed.accept(test);
                });
            }
            case RunEvent.IngestFailed e -> changed.accept(e.test());
            case RunEvent.TestNotRun e -> changed.accept(e.test());
            case RunEvent.RunStarted _,
                    RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionProgress _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.ProvisionFailed _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.ProvisionerStopped _,
                    RunEvent.RemoteReady _,
                    RunEvent.SetUpFinished _,
                    RunEvent.SetUpFailed _,
                    RunEvent.ReleaseStarted _,
                    RunEvent.RemoteReleased _,
                    RunEvent.ReleaseFailed _,
                    RunEvent.StopRequested _,
                    RunEvent.HookFailed _,
                    RunEvent.DeadlineExpired _,
                    RunEvent.Interrupted _,
                    RunEvent.RunFinished _,
                    RunEvent.Unknown _ -> {}
        }
    }

    /** A line of the results, which is in these bytes of their file. */
    void result(Result result, long from, long to) {
        results.computeIfAbsent(result.test(), _ -> new TestResults.Growing()).add(result, from, to);
        logs.remove(result.test());
    }

    /** The lines are to be given again. */
    void forgetResults() {
        results.clear();
        logs.clear();
    }

    /** Bytes of the results' file in which all results of stored tests are, as far as events tell. */
    long committed() {
        return committed;
    }

    /** How often the run was begun or went on. */
    int sittings() {
        return sittings;
    }

    private void stored(String test, Commit commit) {
        commit.files()
                .flatMap(said -> runFiles.stored(history.platform(), test, said))
                .ifPresent(path -> files.put(test, path));
        logs.remove(test);
        changed.accept(test);
        String position = commit.position();
        try {
            committed = Math.max(committed, Long.parseLong(position.substring(position.indexOf('-') + 1)));
        } catch (NumberFormatException e) {
            committed = Long.MAX_VALUE; // of an output of another kind: whatever is there
        }
    }

    private Optional<Path> kept(RunEvent.AttemptSuperseded e) {
        return e.kept().flatMap(said -> runFiles.kept(e.test(), e.attempt(), said));
    }

    /** The results know better than the events, which say what the test called it. */
    private Optional<Path> log(String test, TestResults known, Optional<Path> otherwise) {
        Path directory = files.get(test);
        if (directory == null || known.count() == 0) {
            return otherwise;
        }
        return logs.computeIfAbsent(test, _ -> known.log().flatMap(log -> RunFiles.find(directory, null, log)));
    }

    private List<ReportedAttempt> of(String test) {
        return attempts.computeIfAbsent(test, _ -> new ArrayList<>(1));
    }

    private void change(String test, int number, UnaryOperator<ReportedAttempt> change) {
        of(test).replaceAll(attempt -> attempt.number() == number ? change.apply(attempt) : attempt);
        changed.accept(test);
    }

    /** The run as it stands after what was seen so far. */
    RunReport report() {
        RunSummary summary = history.summary();
        boolean goesOn = history.state() == RunHistory.State.UNFINISHED;
        List<ReportedTest> tests = new ArrayList<>(summary.outcomes().size());
        for (Outcome outcome : summary.outcomes()) {
            tests.add(test(outcome, goesOn));
        }
        return new RunReport(
                directory,
                history.runId(),
                history.platform(),
                history.started(),
                now,
                history.state(),
                summary.interrupted(),
                tests,
                pool.machines(now),
                pool.waits(now),
                summary.problems(),
                history.notes());
    }

    private ReportedTest test(Outcome outcome, boolean goesOn) {
        String name = outcome.test();
        List<ReportedAttempt> begun = new ArrayList<>(attempts.getOrDefault(name, List.of()));
        begun.replaceAll(a -> a.ending().isPresent() || !goesOn
                ? a
                : new ReportedAttempt(a.number(), a.remote(), a.from(), now, a.ending(), a.rerun(), a.kept()));
        TestResults.Growing lines = results.get(name);
        TestResults known = lines == null ? TestResults.NONE : lines.now();
        boolean open = goesOn && outcome.status().isEmpty() && OPEN.contains(outcome.verdict());
        return new ReportedTest(
                name,
                outcome.verdict(),
                open ? (isRunning(begun) ? "running" : "queued") : outcome.word(),
                open ? Optional.empty() : outcome.note(),
                begun,
                known,
                Optional.ofNullable(files.get(name)),
                log(name, known, outcome.log()));
    }

    private static boolean isRunning(List<ReportedAttempt> begun) {
        return !begun.isEmpty() && begun.getLast().ending().isEmpty();
    }
}
