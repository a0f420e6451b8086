package dev.atex.run.model;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import dev.atex.run.EventLog;
import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.RunListener;
import dev.atex.run.RunNote;
import dev.atex.run.RunSummary;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.model.MachineModel.Activity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run after its events so far, from a running run or from a log. This is the only class that interprets events:
 * summaries, reports, the terminal, and resume use it. Anything unknown counts as not done. Used by one thread at a time.
 */
public final class RunModel implements RunListener {
    private Map<String, TestModel> tests = new LinkedHashMap<>();
    private final boolean timeline;
    private final PoolModel pool;
    private final RunProblems problems = new RunProblems();
    private final RunCounts counts = new RunCounts();
    private final Set<TestModel> toRerun = new LinkedHashSet<>();
    private final Map<String, Integer> unknown = new TreeMap<>();
    private @Nullable RunFiles runFiles;
    private String runId = "";
    private String platform = "";
    private List<RunNote> notes = List.of();
    private Instant started = Instant.EPOCH;
    private Duration elapsed = Duration.ZERO;
    private Optional<String> interruption = Optional.empty();
    private Optional<String> stop = Optional.empty();
    private boolean stoppedBefore;
    private int urgency;
    private int sessions = 1;
    private boolean empty = true;
    private boolean finished;

    /** Creates a model without events. */
    public RunModel() {
        this(true);
    }

    private RunModel(boolean timeline) {
        this.timeline = timeline;
        pool = new PoolModel(timeline);
    }

    /**
     * Returns a model for the numbers of tests and the summary. It keeps no attempts and no activities of machines, of which a
     * long run has very many.
     */
    public static RunModel withoutTimeline() {
        return new RunModel(false);
    }

    /** Creates a model of a run that has not started, with the content of its first event. */
    public RunModel(String runId, String platform, List<String> tests) {
        this();
        this.runId = runId;
        this.platform = platform;
        tests.forEach(this::known);
    }

    /** The states of a run. */
    public enum State {
        /** Its end is not in the log: it is running, or its process was killed. */
        UNFINISHED,
        /** It was interrupted, and ended. */
        INTERRUPTED,
        /** It ended normally. */
        FINISHED
    }

    /** Sets the run directory: only files in it count as files of tests, whatever the events contain. */
    public RunModel filesIn(Path runDirectory) {
        runFiles = RunFiles.in(runDirectory);
        return this;
    }

    /** Adds the events of a log, which need not exist. Ignores an incomplete last line. */
    public RunModel read(Path log) throws IOException {
        if (Files.exists(log)) {
            try (Stream<RunEvent> events = EventLog.read(log)) {
                events.forEach(this::on);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return this;
    }

    // ---- events

    @Override
    public void on(RunEvent event) {
        empty = false;
        elapsed = event.at();
        problems.on(event, interruption.isPresent());
        switch (event) {
            case RunEvent.AboutTest e -> {
                TestModel test = known(e.test());
                counts.take(test);
                about(test, e);
                counts.add(test);
            }
            case RunEvent.RunStarted e -> {
                runId = e.runId();
                platform = e.platform();
                notes = List.copyOf(e.notes());
                started = e.wallClock();
                tests = LinkedHashMap.newLinkedHashMap(e.tests().size());
                counts.clear();
                e.tests().forEach(this::known);
            }
            case RunEvent.RunResumed e -> resumed(e);
            case RunEvent.Interrupted e -> {
                interruption = Optional.of(interruption.orElse(e.reason()));
                urgency = Math.max(urgency, e.urgency());
            }
            case RunEvent.StopRequested e -> stop = Optional.of(e.reason());
            case RunEvent.RunFinished _ -> {
                finished = true;
                pool.finished(event.at());
            }
            case RunEvent.Unknown e -> unknown.merge(e.kind(), 1, Integer::sum);
            case RunEvent.ProvisionRequested e -> pool.requested(e);
            case RunEvent.ProvisionProgress e -> pool.progressed(e);
            case RunEvent.ProvisionCleared e -> pool.cleared(e);
            case RunEvent.ProvisionFailed e -> pool.failed(e);
            case RunEvent.ProvisionerFailed e -> pool.failedForGood(e);
            case RunEvent.ProvisionerStopped e -> pool.ended(e.provisioner());
            case RunEvent.RemoteReady e -> pool.ready(e);
            case RunEvent.SetUpFinished e -> pool.turn(e.at(), e.remote(), Activity.IDLE, whyIdle(), 0);
            case RunEvent.SetUpFailed e ->
                pool.turn(e.at(), e.remote(), Activity.RELEASE, "set-up failed: " + e.message(), 0);
            case RunEvent.ReleaseStarted e -> pool.releasing(e);
            case RunEvent.RemoteReleased e -> pool.gone(e.at(), e.remote());
            case RunEvent.ReleaseFailed e -> {
                pool.say(e.remote(), "could not be released: " + e.message());
                pool.gone(e.at(), e.remote());
            }
            case RunEvent.DeadlineExpired e -> {
                if (e.limit() == Limit.IDLE) {
                    pool.say(e.subject(), "no test for it within the limit on idle time");
                }
            }
            case RunEvent.HookFailed _ -> {}
        }
        pool.look(event.at(), counts.queued() > 0 && interruption.isEmpty() && !finished);
    }

    private void about(TestModel test, RunEvent.AboutTest event) {
        switch (event) {
            case RunEvent.TestStarted e -> {
                test.begins(e, timeline);
                pool.turn(e.at(), e.remote(), Activity.TEST, e.test(), e.attempt());
            }
            case RunEvent.TestFinished e -> finished(test, e);
            case RunEvent.AttemptIngested e -> {
                if (e.last()) {
                    stored(test, e.commit());
                } else {
                    test.supersede();
                }
            }
            case RunEvent.AttemptRecovered e -> {
                forgetProblem(test);
                test.recovered(e);
                stored(test, e.commit());
            }
            case RunEvent.IngestFailed e -> test.notStored(e.message());
            case RunEvent.AttemptSuperseded e ->
                test.supersede(e.attempt(), e.kept().flatMap(said -> kept(e, said)));
            case RunEvent.TestNotRun e -> test.isNotRun(e);
        }
        if (!toRerun.isEmpty() && test.stage() == TestModel.Stage.OVER) {
            toRerun.remove(test);
        }
    }

    private void finished(TestModel test, RunEvent.TestFinished e) {
        test.ends(e, e.rerun() && stop.isEmpty());
        counts.ended(test, e.rerun());
        if (e.rerun()) {
            toRerun.add(test);
        }
        if (e.ended().compareTo(e.at()) < 0) {
            pool.turn(e.ended(), e.remote(), Activity.IDLE, "held for somebody who looks at it", 0);
        }
        boolean isLeft = e.rerun() || counts.queued() > 0;
        pool.turn(e.at(), e.remote(), Activity.IDLE, e.destroyed() ? "used up by its test" : whyIdle(isLeft), 0);
    }

    private void stored(TestModel test, Commit commit) {
        forgetProblem(test);
        test.stored(commit, commit.files().flatMap(said -> files(test.name(), said)));
    }

    /** Handles results that were stored after an earlier failure. */
    private void forgetProblem(TestModel test) {
        if (test.hasIngestProblem()) {
            problems.stored(test.name());
        }
    }

    private Optional<Path> files(String test, Path said) {
        RunFiles known = runFiles;
        return known == null ? Optional.of(said) : known.stored(platform, test, said);
    }

    private Optional<Path> kept(RunEvent.AttemptSuperseded e, Path said) {
        RunFiles known = runFiles;
        return known == null ? Optional.of(said) : known.kept(e.test(), e.attempt(), said);
    }

    private void resumed(RunEvent.RunResumed e) {
        sessions++;
        interruption = Optional.empty();
        urgency = 0;
        finished = false;
        stoppedBefore = stop.isPresent();
        e.tests().forEach(name -> {
            TestModel test = known(name);
            counts.take(test);
            test.forget();
            counts.add(test);
        });
        toRerun.clear();
        problems.resumed(new HashSet<>(e.tests()));
        pool.resumed(e.at());
    }

    private String whyIdle() {
        return whyIdle(counts.queued() > 0);
    }

    /** Returns why a ready machine does not run a test. */
    private String whyIdle(boolean isLeft) {
        if (interruption.isPresent()) {
            return "the run was ending";
        }
        return isLeft ? "between two tests" : "no test was left to be run";
    }

    private TestModel known(String name) {
        TestModel test = tests.get(name);
        if (test == null) {
            test = new TestModel(name);
            tests.put(name, test);
            counts.add(test);
        }
        return test;
    }

    // ---- state

    /** Returns whether there are no events, because the run ended before its first one. */
    public boolean isEmpty() {
        return empty;
    }

    /** Returns the unique id of the run. */
    public String runId() {
        return runId;
    }

    /** Returns the label of the pool. */
    public String platform() {
        return platform;
    }

    /** Returns the notes from before the run, and one about events in its log that are unknown. */
    public List<RunNote> notes() {
        if (unknown.isEmpty()) {
            return notes;
        }
        List<RunNote> all = new ArrayList<>(notes);
        int count = unknown.values().stream().mapToInt(Integer::intValue).sum();
        String text = "events of a newer version of atex are left out: " + String.join(", ", unknown.keySet());
        all.add(new RunNote("note", RunNote.NEWER, text, count, Optional.empty()));
        return all;
    }

    /** Returns whether the log contains events of a newer version of atex: the run can be shown, but not resumed. */
    public boolean isNewer() {
        return !unknown.isEmpty();
    }

    /** Returns the start of the run. */
    public Instant started() {
        return started;
    }

    /** Returns the time of its last event, since its start. */
    public Duration elapsed() {
        return elapsed;
    }

    /** Returns the number of its sessions. */
    public int sessions() {
        return sessions;
    }

    /** Returns the state of the run. */
    public State state() {
        if (!finished) {
            return State.UNFINISHED;
        }
        return interruption.isPresent() ? State.INTERRUPTED : State.FINISHED;
    }

    /** Returns why its last session was interrupted, if it was. */
    public Optional<String> interruption() {
        return interruption;
    }

    /** Returns why no more tests start, if that was decided; this stays when the run is resumed. */
    public Optional<String> stop() {
        return stop;
    }

    /** Returns whether that was decided in an earlier session: then only tests that were cut off run. */
    public boolean stoppedBefore() {
        return stoppedBefore;
    }

    /**
     * Returns the machines that were in use when the process of the run was killed, in any of its sessions: their executors may
     * not have cleaned up. Of a running run, also the machines that are in use now.
     */
    public List<String> machinesLeft() {
        return pool.left();
    }

    /** Returns 0 if nobody interrupted the run, 1 if results are stored, 2 if it only releases machines. */
    public int urgency() {
        return urgency;
    }

    /** Returns whether the run ended and the outcomes of all tests are stored, so that there is nothing to resume. */
    public boolean isComplete() {
        if (state() != State.FINISHED) {
            return false;
        }
        for (TestModel test : tests.values()) {
            if (!test.isStored()) {
                return false;
            }
        }
        return true;
    }

    /** Returns the names of its tests, in the given order. */
    public List<String> names() {
        return List.copyOf(tests.keySet());
    }

    /** Returns its tests, in the given order. */
    public Collection<TestModel> tests() {
        return Collections.unmodifiableCollection(tests.values());
    }

    /** Returns the test with this name; empty if there is none. */
    public Optional<TestModel> test(String name) {
        return Optional.ofNullable(tests.get(name));
    }

    /** Returns the test with this name, or an empty one. */
    public TestModel testNamed(String name) {
        return tests.getOrDefault(name, new TestModel(name));
    }

    /** Returns its machines. */
    public PoolModel pool() {
        return pool;
    }

    /** Returns the numbers of tests. */
    public RunCounts counts() {
        return counts;
    }

    /** Returns the tests that are being rerun, or will be. */
    public Collection<TestModel> toRerun() {
        return Collections.unmodifiableCollection(toRerun);
    }

    /** Returns how often each test was rerun, by failure class; only tests that were. */
    public Map<String, Map<FailureClass, Integer>> reruns() {
        Map<String, Map<FailureClass, Integer>> all = new LinkedHashMap<>();
        for (TestModel test : tests.values()) {
            if (!test.reruns().isEmpty()) {
                all.put(test.name(), test.reruns());
            }
        }
        return all;
    }

    /** Returns the summary after the events so far. */
    public RunSummary summary() {
        List<Outcome> outcomes = new ArrayList<>(tests.size());
        tests.values().forEach(test -> outcomes.add(test.outcome()));
        return new RunSummary(outcomes, problems.told(), interruption, elapsed);
    }
}
