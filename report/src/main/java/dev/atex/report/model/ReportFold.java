package dev.atex.report.model;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Subtests;
import dev.atex.report.lines.ResultLine;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.model.RunFiles;
import dev.atex.run.model.RunModel;
import dev.atex.run.model.TestModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Builds a {@link RunReport} from the events of a run and the lines of its results. For one thread at a time. */
public final class ReportFold implements RunListener {
    private static final Set<RunSummary.Verdict> OPEN =
            Set.of(RunSummary.Verdict.NOT_RUN, RunSummary.Verdict.CANCELLED);

    private final Path directory;
    private final Consumer<String> changed;
    private final Optional<Subtests> subtests;
    private final RunModel model;
    private final Map<String, TestResults.Growing> results = new HashMap<>();
    private final Map<String, Optional<Path>> logs = new HashMap<>();
    private long committed;

    /**
     * Starts with a run in this directory that has no events yet.
     *
     * @param changed receives the name of each test with news
     */
    public ReportFold(Path directory, Consumer<String> changed) {
        this(directory, changed, Optional.empty());
    }

    /**
     * Does the same, but judges failed subtests differently from the run.
     *
     * @param subtests how to judge them; empty: as in the run
     */
    public ReportFold(Path directory, Consumer<String> changed, Optional<Subtests> subtests) {
        this.subtests = subtests;
        this.directory = directory;
        this.changed = changed;
        this.model = new RunModel().filesIn(directory);
    }

    @Override
    public void on(RunEvent event) {
        model.on(subtests.isPresent() ? judged(event, subtests.get()) : event);
        switch (event) {
            case RunEvent.RunResumed e -> {
                committed = 0;
                e.tests().forEach(test -> {
                    results.remove(test);
                    logs.remove(test);
                    changed.accept(test);
                });
            }
            case RunEvent.AttemptIngested e when e.last() -> stored(e.test(), e.commit());
            case RunEvent.AttemptRecovered e -> stored(e.test(), e.commit());
            case RunEvent.AboutTest e -> changed.accept(e.test());
            default -> {}
        }
    }

    private static RunEvent judged(RunEvent event, Subtests how) {
        return switch (event) {
            case RunEvent.TestFinished e -> e.withEnding(e.ending().judged(how));
            case RunEvent.AttemptRecovered e ->
                new RunEvent.AttemptRecovered(
                        e.at(), e.test(), e.attempt(), e.own(), e.subtests().judged(how), e.commit());
            default -> event;
        };
    }

    /**
     * Reads results from an offset in their file on; ignores an incomplete last line, as a crash leaves it.
     *
     * @param end where to stop at the latest; {@link Long#MAX_VALUE} for all
     * @return where the last complete line ended
     */
    public long readResults(long from, long end) throws IOException {
        return Result.readAll(directory.resolve(ResultLine.FILE), from, end, this::result);
    }

    private void result(Result result, long from, long to) {
        results.computeIfAbsent(result.test(), _ -> new TestResults.Growing()).add(result, from, to);
        logs.remove(result.test());
    }

    /** Forgets all results; they will be read again. */
    public void forgetResults() {
        results.clear();
        logs.clear();
    }

    /** Returns the length of the results file that contains all results of stored tests, according to the events. */
    public long committed() {
        return committed;
    }

    /** Returns how often the run was started or resumed. */
    public int sessions() {
        return model.sessions();
    }

    private void stored(String test, Commit commit) {
        logs.remove(test);
        changed.accept(test);
        String position = commit.position();
        try {
            committed = Math.max(committed, Long.parseLong(position.substring(position.indexOf('-') + 1)));
        } catch (NumberFormatException e) {
            committed = Long.MAX_VALUE; // an output of another kind: read all there is
        }
    }

    /** Returns the log of a test: the results have the stored name, events the one that the test reported. */
    private Optional<Path> log(TestModel test, TestResults known, Optional<Path> otherwise) {
        Optional<Path> directory = test.files();
        if (directory.isEmpty() || known.count() == 0) {
            return otherwise;
        }
        return logs.computeIfAbsent(
                test.name(), _ -> known.log().flatMap(log -> RunFiles.find(directory.get(), null, log)));
    }

    /** Returns the report of everything seen so far. */
    public RunReport report() {
        RunSummary summary = model.summary();
        Duration now = model.elapsed();
        boolean goesOn = model.state() == RunModel.State.UNFINISHED;
        List<ReportedTest> tests = new ArrayList<>(summary.outcomes().size());
        Iterator<TestModel> each = model.tests().iterator();
        for (Outcome outcome : summary.outcomes()) {
            tests.add(test(each.next(), outcome, goesOn));
        }
        return new RunReport(
                directory,
                model.runId(),
                model.platform(),
                model.started(),
                now,
                model.state(),
                summary.interrupted(),
                tests,
                model.pool().machines().stream()
                        .map(machine -> new ReportedMachine(machine.label(), machine.provisioner(), machine.spans(now)))
                        .toList(),
                model.pool().waits(now),
                summary.problems(),
                model.notes());
    }

    private ReportedTest test(TestModel test, Outcome outcome, boolean goesOn) {
        TestResults.Growing lines = results.get(test.name());
        TestResults known = lines == null ? TestResults.NONE : lines.now();
        boolean open = goesOn && outcome.status().isEmpty() && OPEN.contains(outcome.verdict());
        String word = test.stage() == TestModel.Stage.RUNNING ? "running" : "queued";
        return new ReportedTest(
                test.name(),
                outcome.verdict(),
                open ? word : outcome.word(),
                open ? Optional.empty() : outcome.note(),
                test.attempts().stream()
                        .map(attempt -> attempt(attempt, goesOn))
                        .toList(),
                known,
                test.files(),
                log(test, known, outcome.log()));
    }

    private ReportedAttempt attempt(TestModel.Attempt attempt, boolean goesOn) {
        boolean isOver = attempt.ending().isPresent() || !goesOn;
        return new ReportedAttempt(
                attempt.number(),
                attempt.remote(),
                attempt.from(),
                isOver ? attempt.to() : model.elapsed(),
                attempt.ending(),
                attempt.rerun(),
                attempt.kept());
    }
}
