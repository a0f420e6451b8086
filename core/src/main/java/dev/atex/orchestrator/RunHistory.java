package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a run has done so far, from its events: enough to tell how it stands and to go on with it. Used by one thread. */
public final class RunHistory implements RunListener {
    private final Map<String, Past> tests = new LinkedHashMap<>();
    private final SummaryFold summary = new SummaryFold();
    private String runId = "";
    private String platform = "";
    private List<RunNote> notes = List.of();
    private final Map<String, Integer> unknown = new TreeMap<>();
    private Instant started = Instant.EPOCH;
    private Duration elapsed = Duration.ZERO;
    private boolean empty = true;
    private boolean interrupted;
    private boolean finished;

    /** Nothing has happened yet, and nothing is known. */
    public RunHistory() {}

    /** Nothing has happened yet in this run; tells as much as its first event would. */
    public RunHistory(String runId, String platform, List<String> tests) {
        this.runId = runId;
        this.platform = platform;
        tests.forEach(this::past);
        summary.expect(platform, tests);
    }

    /** Files of tests are only those in this run directory, whatever the events say. */
    public RunHistory filesIn(Path runDirectory) {
        summary.filesIn(RunFiles.in(runDirectory));
        return this;
    }

    /** How a run stands. */
    public enum State {
        /** Its end is not in the log: it is going on, or its process was killed. */
        UNFINISHED,
        /** Somebody asked for its end, and it ended. */
        INTERRUPTED,
        /** It came to its end. */
        FINISHED
    }

    /** What was said of a test. */
    static final class Past {
        /** The number of the last attempt that was begun. */
        int attempts;
        /** Of those, the ones that were not cut off by the end of the run. */
        int counted;
        /** How the last one ended. */
        @Nullable
        Ending ending;

        boolean rerun;
        boolean superseded;
        boolean notRun;

        /** Of its final outcome. */
        @Nullable
        Commit commit;

        @Nullable
        Map<FailureClass, Integer> reruns;

        private void begins() {
            ending = null;
            rerun = false;
            superseded = false;
            commit = null;
            notRun = false;
        }

        private void ends(Ending how, boolean again) {
            ending = how;
            rerun = again;
            FailureClass failure = how.failureClass().orElse(null);
            if (failure != FailureClass.CANCELLED) {
                counted++;
            }
            if (again && failure != null) {
                Map<FailureClass, Integer> counts = reruns == null ? new EnumMap<>(FailureClass.class) : reruns;
                counts.merge(failure, 1, Integer::sum);
                reruns = counts;
            }
        }

        boolean isCancelled() {
            return ending != null
                    && ending.failure().filter(FailureClass.CANCELLED::equals).isPresent();
        }
    }

    /** Adds the events of a log, which need not exist and whose torn last line does not count. */
    public RunHistory read(Path log) throws IOException {
        if (Files.exists(log)) {
            try (Stream<RunEvent> events = EventLog.read(log)) {
                events.forEach(this::on);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return this;
    }

    @Override
    public void on(RunEvent event) {
        empty = false;
        elapsed = event.at();
        summary.on(event);
        switch (event) {
            case RunEvent.RunStarted e -> {
                runId = e.runId();
                platform = e.platform();
                notes = List.copyOf(e.notes());
                started = e.wallClock();
                e.tests().forEach(this::past);
            }
            case RunEvent.RunResumed e -> {
                interrupted = false;
                finished = false;
                e.tests().forEach(test -> past(test).begins());
            }
            case RunEvent.TestStarted e -> {
                past(e.test()).begins();
                past(e.test()).attempts = e.attempt();
            }
            case RunEvent.TestFinished e -> past(e.test()).ends(e.ending(), e.rerun());
            case RunEvent.AttemptIngested e -> {
                if (e.last()) {
                    past(e.test()).commit = e.commit();
                } else {
                    past(e.test()).superseded = true;
                }
            }
            case RunEvent.AttemptRecovered e -> {
                Past past = past(e.test());
                past.attempts = e.attempt();
                past.ends(e.ending(), false);
                past.commit = e.commit();
            }
            case RunEvent.AttemptSuperseded e -> past(e.test()).superseded = true;
            case RunEvent.TestNotRun e -> past(e.test()).notRun = true;
            case RunEvent.StopRequested _ -> {}
            case RunEvent.Interrupted _ -> interrupted = true;
            case RunEvent.RunFinished _ -> finished = true;
            case RunEvent.Unknown e -> unknown.merge(e.kind(), 1, Integer::sum);
            case RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionProgress _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.ProvisionFailed _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.ProvisionerStopped _,
                    RunEvent.RemoteReady _,
                    RunEvent.SetUpFinished _,
                    RunEvent.SetUpFailed _,
                    RunEvent.IngestFailed _,
                    RunEvent.ReleaseStarted _,
                    RunEvent.RemoteReleased _,
                    RunEvent.ReleaseFailed _,
                    RunEvent.HookFailed _,
                    RunEvent.DeadlineExpired _ -> {}
        }
    }

    Past past(String test) {
        return tests.computeIfAbsent(test, name -> new Past());
    }

    /** Whether there is nothing in the log, because the run ended before its first event. */
    public boolean isEmpty() {
        return empty;
    }

    /** The unique name of the run. */
    public String runId() {
        return runId;
    }

    /** The label of the pool. */
    public String platform() {
        return platform;
    }

    /** What was said of it before it began, and what of its log is not understood. */
    public List<RunNote> notes() {
        if (unknown.isEmpty()) {
            return notes;
        }
        List<RunNote> all = new ArrayList<>(notes);
        int count = unknown.values().stream().mapToInt(Integer::intValue).sum();
        String text = "events of a newer version of atex are left out: " + String.join(", ", unknown.keySet());
        all.add(new RunNote("note", "newer-version", text, count, Optional.empty()));
        return all;
    }

    /** Whether a newer version of atex wrote something that this one does not know: it can be shown, not gone on with. */
    public boolean isNewer() {
        return !unknown.isEmpty();
    }

    /** When it was begun. */
    public Instant started() {
        return started;
    }

    /** Its tests, in the order in which they were given. */
    public List<String> tests() {
        return List.copyOf(tests.keySet());
    }

    /** How the run stands. */
    public State state() {
        if (!finished) {
            return State.UNFINISHED;
        }
        return interrupted ? State.INTERRUPTED : State.FINISHED;
    }

    /** Whether the run came to its end and the outcome of every test is stored: there is nothing to go on with. */
    public boolean isComplete() {
        return state() == State.FINISHED && tests.values().stream().allMatch(past -> past.commit != null);
    }

    /** How often a test was run again, by why; for {@link RerunLimits}. */
    public Map<FailureClass, Integer> reruns(String test) {
        Past past = tests.get(test);
        return past == null || past.reruns == null ? Map.of() : Map.copyOf(past.reruns);
    }

    /** The summary after what happened so far. */
    public RunSummary summary() {
        return summary.summary();
    }

    Duration elapsed() {
        return elapsed;
    }

    /** Goes on with the summary; this history is over then. */
    SummaryFold summaryToGoOn() {
        return summary;
    }

    /** Why the run was interrupted, if it was when it last ended. */
    public Optional<String> interruption() {
        return summary.summary().interrupted();
    }
}
