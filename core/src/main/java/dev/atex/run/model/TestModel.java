package dev.atex.run.model;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One test of a {@link RunModel}: its attempts, and its state after the events so far. Used by one thread at a time. */
public final class TestModel {
    private static final int RECENT = 16;

    private final String name;
    /** The last attempt. Most tests have only this one, and a run can have very many tests. */
    private @Nullable Attempt last;

    private List<Attempt> earlier = List.of();

    private int begun;
    private int counted;
    private boolean cutOff;
    private int lastSuperseded;
    private boolean running;
    private boolean superseded;
    private boolean failedBefore;
    private @Nullable Ending ending;
    private Verdict verdict = Verdict.NOT_RUN;
    private boolean rerun;
    private @Nullable Commit commit;
    private @Nullable Path files;
    private @Nullable String ingestProblem;
    private RunEvent.@Nullable TestNotRun notRun;
    private @Nullable Map<FailureClass, Integer> reruns;
    private Optional<Path> log = Optional.empty();
    private boolean logSought;

    TestModel(String name) {
        this.name = name;
    }

    /** An attempt in the log. It changes with the events of its test. */
    public static final class Attempt {
        private final int number;
        private final String remote;
        private final Duration from;
        private Duration to;
        private @Nullable Ending ending;
        private boolean rerun;
        private @Nullable Path kept;

        private Attempt(int number, String remote, Duration from) {
            this.number = number;
            this.remote = remote;
            this.from = from;
            to = from;
        }

        /** Returns its number, from 1. */
        public int number() {
            return number;
        }

        /** Returns its machine. */
        public String remote() {
            return remote;
        }

        /** Returns its start, since the start of the run. */
        public Duration from() {
            return from;
        }

        /** Returns its end, or its start while it is running. */
        public Duration to() {
            return to;
        }

        /** Returns its ending; empty if it is running, or if the run ended during it. */
        public Optional<Ending> ending() {
            return Optional.ofNullable(ending);
        }

        /** Returns whether it was followed by a rerun. */
        public boolean rerun() {
            return rerun;
        }

        /** Returns where its artifacts are, if it was superseded and they were kept. */
        public Optional<Path> kept() {
            return Optional.ofNullable(kept);
        }

        private void ends(Duration at, Ending how, boolean again) {
            to = at;
            ending = how;
            rerun = again;
        }
    }

    /** The stages of a test. */
    public enum Stage {
        /** It waits for a machine, for its first run or a rerun. */
        QUEUED,
        /** It is running. */
        RUNNING,
        /** It is over. */
        OVER
    }

    // ---- events

    /** Forgets earlier events about it, except the numbers of its attempts. */
    void forget() {
        running = false;
        superseded = false;
        ending = null;
        verdict = Verdict.NOT_RUN;
        rerun = false;
        commit = null;
        files = null;
        ingestProblem = null;
        notRun = null;
        logSought = false;
    }

    /** Handles the start of an attempt; {@code keep} says whether {@link #attempts} contains it. */
    void begins(RunEvent.TestStarted e, boolean keep) {
        forget();
        begun = e.attempt();
        running = true;
        cutOff = true;
        if (keep) {
            add(new Attempt(e.attempt(), e.remote(), e.at()));
        }
    }

    /** Handles the end of an attempt; {@code again} may be outdated if the run is ending. */
    void ends(RunEvent.TestFinished e, boolean again) {
        ends(e.ending(), again);
        failedBefore |= e.rerun()
                && e.ending().failureClass().filter(FailureClass::isOfTheTest).isPresent();
        Attempt attempt = recent(e.attempt());
        if (attempt != null) {
            attempt.ends(e.ended(), e.ending(), e.rerun());
        }
    }

    void recovered(RunEvent.AttemptRecovered e) {
        forget();
        begun = e.attempt();
        ends(e.ending(), false);
        Attempt attempt = recent(e.attempt());
        if (attempt != null) {
            attempt.ends(attempt.to, e.ending(), false);
        }
    }

    private void add(Attempt attempt) {
        if (last != null) {
            if (earlier.isEmpty()) {
                earlier = new ArrayList<>();
            }
            earlier.add(last);
        }
        last = attempt;
    }

    /** Returns the attempt with this number. It is one of the last, so the number of attempts does not matter. */
    private @Nullable Attempt recent(int number) {
        if (last != null && last.number == number) {
            return last;
        }
        for (int i = earlier.size() - 1; i >= Math.max(0, earlier.size() - RECENT); i--) {
            if (earlier.get(i).number == number) {
                return earlier.get(i);
            }
        }
        return null;
    }

    private void ends(Ending how, boolean again) {
        running = false;
        ending = how;
        verdict = Verdict.of(how);
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

    void stored(Commit where, Optional<Path> found) {
        commit = where;
        files = found.orElse(null);
        ingestProblem = null;
        logSought = false;
    }

    void supersede(int attempt, Optional<Path> kept) {
        supersede();
        lastSuperseded = attempt;
        Attempt superseded = recent(attempt);
        if (superseded != null) {
            superseded.kept = kept.orElse(null);
        }
    }

    void supersede() {
        superseded = true;
    }

    void notStored(String problem) {
        ingestProblem = problem;
    }

    void isNotRun(RunEvent.TestNotRun e) {
        notRun = e;
        running = false;
        cutOff = false;
    }

    // ---- state

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns its attempts in the log, in order; none in a model without a timeline. */
    public List<Attempt> attempts() {
        if (last == null) {
            return List.of();
        }
        List<Attempt> all = new ArrayList<>(earlier);
        all.add(last);
        return Collections.unmodifiableList(all);
    }

    /** Returns the number of the last attempt that was started; 0 if there is none. */
    public int begun() {
        return begun;
    }

    /** Returns the number of attempts that the end of a session did not cut off. */
    public int counted() {
        return counted;
    }

    /** Returns whether the end of a session cut off the last attempt, or the log ended during it. */
    public boolean cutOff() {
        return cutOff;
    }

    /** Returns the highest number of a superseded attempt. */
    public int lastSuperseded() {
        return lastSuperseded;
    }

    /** Returns the ending of the last attempt, if it has ended and still counts. */
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** Returns whether a rerun should follow. */
    public boolean rerun() {
        return rerun;
    }

    /** Returns whether the last attempt was superseded. */
    public boolean superseded() {
        return superseded;
    }

    boolean hasIngestProblem() {
        return ingestProblem != null;
    }

    /** Returns the duration of the last attempt that has ended, if it is among {@link #attempts}. */
    public Optional<Duration> lastTook() {
        Attempt ended = last;
        for (int i = earlier.size() - 1; ended != null && ended.ending == null; i--) {
            ended = i < 0 ? null : earlier.get(i);
        }
        return ended == null ? Optional.empty() : Optional.of(ended.to.minus(ended.from));
    }

    /** Returns whether it was given up. */
    public boolean notRun() {
        return notRun != null;
    }

    /** Returns whether the last attempt was cancelled. */
    public boolean isCancelled() {
        return verdict == Verdict.CANCELLED;
    }

    boolean isStored() {
        return commit != null;
    }

    /** Returns where the results of its final outcome are, if they are stored. */
    public Optional<Commit> commit() {
        return Optional.ofNullable(commit);
    }

    /** Returns where its stored files are. */
    public Optional<Path> files() {
        return Optional.ofNullable(files);
    }

    /** Returns the number of its reruns, by failure class. */
    public Map<FailureClass, Integer> reruns() {
        return reruns == null ? Map.of() : Map.copyOf(reruns);
    }

    /** Returns its stage. */
    public Stage stage() {
        if (running) {
            return Stage.RUNNING;
        }
        boolean over = notRun != null || (ending != null && (!rerun || commit != null));
        return over ? Stage.OVER : Stage.QUEUED;
    }

    /** Returns whether it was skipped on request. */
    boolean isSkipped() {
        RunEvent.TestNotRun how = notRun;
        return how != null && how.status().equals("skip");
    }

    /** Returns its verdict as soon as it is over, even before its results are stored. */
    Verdict early() {
        return notRun != null ? Verdict.NOT_RUN : verdict;
    }

    /** Returns its final verdict after the events so far. */
    Outcome outcome() {
        if (notRun != null) {
            return without(Verdict.NOT_RUN, notRun.status(), notRun.reason());
        }
        if (ending == null) {
            return begun == 0
                    ? without(Verdict.NOT_RUN, "", "the run ended before it")
                    : without(Verdict.CANCELLED, "", "the run ended during it");
        }
        if (rerun && commit == null && ingestProblem == null) {
            return without(Verdict.NOT_RUN, "", "it was to be run again when the run ended");
        }
        Optional<String> note = ingestProblem == null ? ending.reason() : Optional.of(ingestProblem);
        return new Outcome(name, begun, finalVerdict(), ending.status().orElse(""), note, log(ending));
    }

    private Outcome without(Verdict verdict, String status, String note) {
        return new Outcome(name, begun, verdict, status, Optional.of(note), Optional.empty());
    }

    private Verdict finalVerdict() {
        if (commit == null && verdict != Verdict.CANCELLED) {
            return Verdict.INFRA;
        }
        return verdict == Verdict.PASSED && failedBefore ? Verdict.FLAKY : verdict;
    }

    /** Returns the file with its output, if that exists. Its name on disk may differ from the name in the result. */
    private Optional<Path> log(Ending how) {
        if (!logSought) {
            log = files().flatMap(at -> how.log().flatMap(said -> RunFiles.find(at, null, said)));
            logSought = true;
        }
        return log;
    }
}
