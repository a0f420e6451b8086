package dev.atex.run.model;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import dev.atex.run.Ending;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary.Outcome;
import dev.atex.run.RunSummary.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One test of a {@link RunModel}: its attempts, and how it stands after the events so far. Used by one thread at a time. */
public final class TestModel {
    private static final int RECENT = 16;

    private final String name;
    /** Immutable with one, as most tests have: a run can have very many tests. */
    private List<Attempt> attempts = List.of();

    private int begun;
    private int counted;
    private boolean cutOff;
    private int lastSuperseded;
    private boolean running;
    private boolean superseded;
    private boolean failedBefore;
    private @Nullable Ending ending;
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

    /**
     * An attempt that the log has.
     *
     * @param number from 1
     * @param remote the machine
     * @param from when it began, since the start of the run
     * @param to when it ended, or {@code from} while it goes on
     * @param ending how it ended; empty: it goes on, or the run ended during it
     * @param rerun whether the test was to be run again
     * @param kept where its artifacts are if it does not count any more and they were kept
     */
    public record Attempt(
            int number,
            String remote,
            Duration from,
            Duration to,
            Optional<Ending> ending,
            boolean rerun,
            Optional<Path> kept) {

        private Attempt ended(Duration at, Ending how, boolean again) {
            return new Attempt(number, remote, from, at, Optional.of(how), again, kept);
        }

        private Attempt kept(Optional<Path> where) {
            return new Attempt(number, remote, from, to, ending, rerun, where);
        }
    }

    /** Where a test is on its way. */
    public enum Stage {
        /** It waits for a machine, for the first time or again. */
        QUEUED,
        /** A machine runs it. */
        RUNNING,
        /** Nothing more will come of it. */
        OVER
    }

    // ---- what events say of it

    /** What was said of it before does not count any more, but for the numbers of its attempts. */
    void forget() {
        running = false;
        superseded = false;
        ending = null;
        rerun = false;
        commit = null;
        files = null;
        ingestProblem = null;
        notRun = null;
        logSought = false;
    }

    void begins(RunEvent.TestStarted e) {
        forget();
        begun = e.attempt();
        running = true;
        cutOff = true;
        add(new Attempt(e.attempt(), e.remote(), e.at(), e.at(), Optional.empty(), false, Optional.empty()));
    }

    /** The end of an attempt; {@code again} may be no more true, as the run ends. */
    void ends(RunEvent.TestFinished e, boolean again) {
        ends(e.ending(), again);
        failedBefore |= e.rerun()
                && e.ending().failureClass().filter(FailureClass::isOfTheTest).isPresent();
        change(e.attempt(), each -> each.ended(e.ended(), e.ending(), e.rerun()));
    }

    void recovered(RunEvent.AttemptRecovered e) {
        forget();
        begun = e.attempt();
        ends(e.ending(), false);
        change(e.attempt(), each -> each.ended(each.to(), e.ending(), false));
    }

    private void add(Attempt attempt) {
        if (attempts.isEmpty()) {
            attempts = List.of(attempt);
            return;
        }
        if (attempts.size() == 1) {
            attempts = new ArrayList<>(attempts);
        }
        attempts.add(attempt);
    }

    /** Changes the attempt with this number, which is one of the last: a log with any number of attempts takes no longer. */
    private void change(int number, UnaryOperator<Attempt> how) {
        for (int i = attempts.size() - 1; i >= Math.max(0, attempts.size() - RECENT); i--) {
            if (attempts.get(i).number() == number) {
                Attempt changed = how.apply(attempts.get(i));
                if (attempts.size() == 1) {
                    attempts = List.of(changed);
                } else {
                    attempts.set(i, changed);
                }
                return;
            }
        }
    }

    private void ends(Ending how, boolean again) {
        running = false;
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

    void stored(Commit where, Optional<Path> found) {
        commit = where;
        files = found.orElse(null);
        ingestProblem = null;
        logSought = false;
    }

    void supersede(int attempt, Optional<Path> kept) {
        supersede();
        lastSuperseded = attempt;
        change(attempt, each -> each.kept(kept));
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

    // ---- how it stands

    /** Its name. */
    public String name() {
        return name;
    }

    /** Those that the log has, in order. */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** The number of the last attempt that was begun; 0: none was. */
    public int begun() {
        return begun;
    }

    /** How many were not cut off by the end of the run. */
    public int counted() {
        return counted;
    }

    /** Whether the last one was cut off by the end of the run, or was on its way when the log ended. */
    public boolean cutOff() {
        return cutOff;
    }

    /** The highest number of an attempt that does not count any more. */
    public int lastSuperseded() {
        return lastSuperseded;
    }

    /** How the last attempt ended, if it has and still counts. */
    public Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** Whether it was to be run again after that. */
    public boolean rerun() {
        return rerun;
    }

    /** Whether the last attempt was put aside. */
    public boolean superseded() {
        return superseded;
    }

    boolean hasIngestProblem() {
        return ingestProblem != null;
    }

    /** How long the last attempt took that has ended, if the log has its begin. */
    public Optional<Duration> lastTook() {
        for (Attempt attempt : attempts.reversed()) {
            if (attempt.ending().isPresent()) {
                return Optional.of(attempt.to().minus(attempt.from()));
            }
        }
        return Optional.empty();
    }

    /** Whether it was given up. */
    public boolean notRun() {
        return notRun != null;
    }

    /** Whether the last attempt ended because somebody asked for that. */
    public boolean isCancelled() {
        return ending != null
                && ending.failure().filter(FailureClass.CANCELLED::equals).isPresent();
    }

    /** Where the results of its final outcome are, if they are stored. */
    public Optional<Commit> commit() {
        return Optional.ofNullable(commit);
    }

    /** Where its stored files are. */
    public Optional<Path> files() {
        return Optional.ofNullable(files);
    }

    /** How often it was run again, by why. */
    public Map<FailureClass, Integer> reruns() {
        return reruns == null ? Map.of() : Map.copyOf(reruns);
    }

    /** Where it is on its way. */
    public Stage stage() {
        if (running) {
            return Stage.RUNNING;
        }
        boolean over = notRun != null || (ending != null && (!rerun || commit != null));
        return over ? Stage.OVER : Stage.QUEUED;
    }

    /** Whether it was left out as somebody wanted. */
    boolean isSkipped() {
        RunEvent.TestNotRun how = notRun;
        return how != null && how.status().equals("skip");
    }

    /** The word on it as soon as it is over, also before its results are stored. */
    Verdict early() {
        return ending == null || notRun != null ? Verdict.NOT_RUN : ending.verdict();
    }

    /** The final word after the events so far. */
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
        return new Outcome(name, begun, verdict(ending), ending.status().orElse(""), note, log(ending));
    }

    private Outcome without(Verdict verdict, String status, String note) {
        return new Outcome(name, begun, verdict, status, Optional.of(note), Optional.empty());
    }

    private Verdict verdict(Ending how) {
        Verdict verdict = how.verdict();
        if (commit == null && verdict != Verdict.CANCELLED) {
            return Verdict.INFRA;
        }
        return verdict == Verdict.PASSED && failedBefore ? Verdict.FLAKY : verdict;
    }

    /** Where the output is: a file that is there. What a test calls it need not be what it is called on the disk. */
    private Optional<Path> log(Ending how) {
        if (!logSought) {
            log = files().flatMap(at -> how.log().flatMap(said -> RunFiles.find(at, null, said)));
            logSought = true;
        }
        return log;
    }
}
