package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import dev.atex.orchestrator.RunSummary.Outcome;
import dev.atex.orchestrator.RunSummary.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the summary of a run from its events, those of a run that is over as well as those read from a log. What is not
 * known yet counts as not done. Used by one thread.
 */
public final class SummaryFold implements RunListener {
    private Map<String, State> tests = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private Optional<String> interrupted = Optional.empty();
    private Duration elapsed = Duration.ZERO;
    private String platform = "";

    /** Where files are to be found; null: where the events say. */
    private @Nullable RunFiles runFiles;

    /**
     * Something that went wrong outside of tests.
     *
     * @param test whose results are concerned; {@code ""}: none
     * @param lasting whether it still matters when the run goes on
     * @param same equal for those that are told together
     */
    private record Problem(String text, String test, boolean lasting, String same) {
        Problem(String text, String test, boolean lasting) {
            this(text, test, lasting, text);
        }
    }

    /** Nothing has happened yet. */
    public SummaryFold() {}

    /** The tests of a run whose first event is not known yet. */
    void expect(String label, List<String> names) {
        platform = label;
        names.forEach(this::state);
    }

    /** Files of tests are only those in this run directory, whatever the events say. */
    void filesIn(RunFiles files) {
        runFiles = files;
    }

    private static final class State {
        int attempts;
        boolean failedBefore;

        @Nullable
        Ending ending;

        boolean superseded;
        boolean ingested;

        @Nullable
        Path files;

        boolean logSought;

        Optional<Path> log = Optional.empty();

        @Nullable
        String ingestProblem;

        @Nullable
        String notRun;

        String notRunStatus = "infra";
    }

    @Override
    public void on(RunEvent event) {
        elapsed = event.at();
        switch (event) {
            case RunEvent.RunStarted e -> {
                platform = e.platform();
                tests = LinkedHashMap.newLinkedHashMap(e.tests().size());
                e.tests().forEach(this::state);
            }
            case RunEvent.RunResumed e -> resumed(e.tests());
            case RunEvent.ProvisionRequested e -> {}
            case RunEvent.ProvisionProgress e -> {}
            case RunEvent.ProvisionCleared e -> {}
            case RunEvent.ProvisionFailed e -> problem(e.provisioner() + " could not give a machine: " + e.message());
            case RunEvent.ProvisionerFailed e ->
                problem(e.provisioner() + " failed, no machine will come from it: " + e.message());
            case RunEvent.ProvisionerStopped e ->
                e.problem().ifPresent(text -> lasting("stopping " + e.provisioner() + " failed: " + text));
            case RunEvent.RemoteReady e -> {}
            case RunEvent.SetUpFinished e -> {}
            case RunEvent.SetUpFailed e ->
                problems.add(new Problem(
                        "set-up of " + e.remote() + " failed: " + e.message(),
                        "",
                        interrupted.isEmpty(),
                        e.way().map(way -> "set-up: " + way).orElse(e.message())));
            case RunEvent.TestStarted e -> started(state(e.test()), e.attempt());
            case RunEvent.TestFinished e -> {
                State state = state(e.test());
                state.ending = e.ending();
                state.superseded = e.rerun();
                state.failedBefore |= e.rerun()
                        && e.ending()
                                .failureClass()
                                .filter(FailureClass::isOfTheTest)
                                .isPresent();
            }
            case RunEvent.AttemptIngested e -> {
                if (e.last()) {
                    stored(e.test(), e.commit());
                }
            }
            case RunEvent.AttemptRecovered e -> {
                started(state(e.test()), e.attempt());
                state(e.test()).ending = e.ending();
                stored(e.test(), e.commit());
            }
            case RunEvent.IngestFailed e -> {
                state(e.test()).ingestProblem = e.message();
                problems.add(new Problem(
                        "results of " + e.test() + " could not be stored, they are in " + e.artifacts() + ": "
                                + e.message(),
                        e.test(),
                        true));
            }
            case RunEvent.AttemptSuperseded e -> {}
            case RunEvent.TestNotRun e -> {
                state(e.test()).notRun = e.reason();
                state(e.test()).notRunStatus = e.status();
            }
            case RunEvent.ReleaseStarted e -> {}
            case RunEvent.RemoteReleased e -> {}
            case RunEvent.ReleaseFailed e ->
                lasting("release of " + e.remote() + " failed, it may still exist: " + e.message());
            case RunEvent.HookFailed e -> problem(e.hook() + " failed: " + e.message());
            case RunEvent.DeadlineExpired e -> {
                if (e.limit() != Limit.IDLE) { // no problem but a saving
                    problem("waited too long (" + e.limit().label() + ")"
                            + (e.subject().isEmpty() ? "" : " for " + e.subject()));
                }
            }
            case RunEvent.StopRequested e -> {}
            case RunEvent.Interrupted e -> interrupted = Optional.of(interrupted.orElse(e.reason()));
            case RunEvent.RunFinished e -> {}
            case RunEvent.Unknown e -> {}
        }
    }

    private State state(String test) {
        State state = tests.get(test);
        if (state == null) {
            state = new State();
            tests.put(test, state);
        }
        return state;
    }

    /** What comes of an interrupt is forgotten when the run goes on. */
    private void problem(String text) {
        problems.add(new Problem(text, "", interrupted.isEmpty()));
    }

    private void lasting(String text) {
        problems.add(new Problem(text, "", true));
    }

    private void resumed(List<String> again) {
        interrupted = Optional.empty();
        again.forEach(test -> {
            State state = state(test);
            started(state, state.attempts);
        });
        Set<String> forgotten = new HashSet<>(again);
        problems.removeIf(problem -> !problem.lasting() || forgotten.contains(problem.test()));
    }

    private static void started(State state, int attempt) {
        state.attempts = attempt;
        state.ending = null;
        state.superseded = false;
        state.ingested = false;
        state.files = null;
        state.logSought = false;
        state.ingestProblem = null;
        state.notRun = null;
    }

    private void stored(String test, Commit commit) {
        State state = state(test);
        if (state.ingestProblem != null) {
            state.ingestProblem = null;
            problems.removeIf(problem -> problem.test().equals(test));
        }
        state.ingested = true;
        state.superseded = false;
        state.files = commit.files().orElse(null);
        state.logSought = false;
    }

    /** Where the output is: a file that is there. What a test calls it need not be what it is called on the disk. */
    private Optional<Path> log(String test, State state, Ending ending) {
        if (!state.logSought) {
            state.log = state.files == null ? Optional.empty() : find(test, state.files, ending);
            state.logSought = true;
        }
        return state.log;
    }

    private Optional<Path> find(String test, Path files, Ending ending) {
        Optional<Path> directory = runFiles == null ? Optional.of(files) : runFiles.stored(platform, test, files);
        return directory.flatMap(at -> ending.log().flatMap(log -> RunFiles.find(at, null, log)));
    }

    /** How the run stands after the events so far. */
    public RunSummary summary() {
        List<Outcome> outcomes = new ArrayList<>(tests.size());
        tests.forEach((test, state) -> outcomes.add(outcome(test, state)));
        return new RunSummary(outcomes, told(), interrupted, elapsed);
    }

    /** What was the same again and again, once. */
    private List<String> told() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        Map<String, String> first = new LinkedHashMap<>();
        for (Problem problem : problems) {
            counts.merge(problem.same(), 1, Integer::sum);
            first.putIfAbsent(problem.same(), problem.text());
        }
        List<String> told = new ArrayList<>();
        first.forEach((same, text) -> {
            int count = counts.getOrDefault(same, 1);
            told.add(count == 1 ? text : count + " times: " + text);
        });
        return told;
    }

    private Outcome outcome(String test, State state) {
        Ending ending = state.ending;
        if (state.notRun != null) {
            return new Outcome(
                    test,
                    state.attempts,
                    Verdict.NOT_RUN,
                    state.notRunStatus,
                    Optional.of(state.notRun),
                    Optional.empty());
        }
        if (ending == null) {
            Verdict verdict = state.attempts == 0 ? Verdict.NOT_RUN : Verdict.CANCELLED;
            String note = state.attempts == 0 ? "the run ended before it" : "the run ended during it";
            return new Outcome(test, state.attempts, verdict, "", Optional.of(note), Optional.empty());
        }
        if (state.superseded && state.ingestProblem == null) {
            return new Outcome(
                    test,
                    state.attempts,
                    Verdict.NOT_RUN,
                    "",
                    Optional.of("it was to be run again when the run ended"),
                    Optional.empty());
        }
        Optional<String> note = state.ingestProblem == null ? ending.reason() : Optional.of(state.ingestProblem);
        return new Outcome(
                test,
                state.attempts,
                verdict(state, ending),
                ending.status().orElse(""),
                note,
                log(test, state, ending));
    }

    private static Verdict verdict(State state, Ending ending) {
        Verdict verdict = ending.verdict();
        if (!state.ingested && verdict != Verdict.CANCELLED) {
            return Verdict.INFRA;
        }
        return verdict == Verdict.PASSED && state.failedBefore ? Verdict.FLAKY : verdict;
    }
}
