package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a run has done so far, from its events: enough to tell how it stands and to go on with it. Used by one thread. */
public final class RunHistory implements RunListener {
    private final Map<String, Past> tests = new LinkedHashMap<>();
    private final SummaryFold summary = new SummaryFold();
    private String runId = "";
    private String platform = "";
    private List<RunNote> notes = List.of();
    private Instant started = Instant.EPOCH;
    private Duration elapsed = Duration.ZERO;
    private boolean empty = true;
    private boolean interrupted;
    private boolean finished;
    private Optional<String> stop = Optional.empty();

    /** Machines that were made ready and not given back. */
    private final Set<String> inUse = new LinkedHashSet<>();

    /** Those of them whose sitting is over. */
    private final Set<String> left = new LinkedHashSet<>();

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
        /** Whether the last one was, or was on its way when the log ended. */
        boolean cutOff;

        /** The highest number of an attempt that does not count any more. */
        int lastSuperseded;

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
            cutOff = isCancelled();
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
                left.addAll(inUse);
                inUse.clear();
                e.tests().forEach(test -> past(test).begins());
            }
            case RunEvent.TestStarted e -> {
                past(e.test()).begins();
                past(e.test()).attempts = e.attempt();
                past(e.test()).cutOff = true;
            }
            case RunEvent.TestFinished e -> past(e.test()).ends(e.ending(), e.rerun() && stop.isEmpty());
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
            case RunEvent.AttemptSuperseded e -> {
                past(e.test()).superseded = true;
                past(e.test()).lastSuperseded = e.attempt();
            }
            case RunEvent.TestNotRun e -> {
                past(e.test()).notRun = true;
                past(e.test()).cutOff = false;
            }
            case RunEvent.StopRequested e -> stop = Optional.of(e.reason());
            case RunEvent.Interrupted _ -> interrupted = true;
            case RunEvent.RunFinished _ -> {
                finished = true;
                inUse.clear();
            }
            case RunEvent.SetUpFinished e -> inUse.add(e.remote());
            case RunEvent.RemoteReleased e -> inUse.remove(e.remote());
            case RunEvent.ReleaseFailed e -> inUse.remove(e.remote());
            case RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionProgress _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.ProvisionFailed _,
                    RunEvent.ProvisionerFailed _,
                    RunEvent.ProvisionerStopped _,
                    RunEvent.RemoteReady _,
                    RunEvent.SetUpFailed _,
                    RunEvent.IngestFailed _,
                    RunEvent.ReleaseStarted _,
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

    /** What was said of it before it began. */
    public List<RunNote> notes() {
        return notes;
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

    /**
     * The machines that were in use when the process of the run was killed, in any of its sittings: what an executor does with one
     * after its last test may not have been done. Of a run that is going on, also those that are in use now.
     */
    public List<String> machinesLeft() {
        Set<String> all = new LinkedHashSet<>(left);
        all.addAll(inUse);
        return List.copyOf(all);
    }

    /** Why no test was to be begun any more, if that was so: it stays so when the run goes on. */
    Optional<String> stop() {
        return stop;
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
