package dev.atex.cli.view;

import dev.atex.internal.text.Count;
import dev.atex.run.Limit;
import dev.atex.run.RunEvent;
import dev.atex.run.RunSummary.Verdict;
import dev.atex.run.model.PoolModel;
import dev.atex.run.model.RunModel;
import dev.atex.run.model.TestModel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Formats events as lines: one for each finished test, one for each problem. Used by one thread at a time. */
final class EventLines {
    private final Style style;
    private final boolean failuresOnly;
    private Function<Map<String, String>, String> usually = _ -> "";
    private boolean watching;
    private final Set<String> said = new HashSet<>();

    /** Creates lines; with {@code failuresOnly}, passed tests have none, as the status area counts them. */
    EventLines(Style style, boolean failuresOnly) {
        this.style = style;
        this.failuresOnly = failuresOnly;
    }

    /** Adapts the lines to the run of another process, with all its sessions. */
    void watching() {
        watching = true;
    }

    /** Sets the function that returns how long machines usually are in a state. */
    void usually(Function<Map<String, String>, String> known) {
        usually = known;
    }

    /** Returns the line for an event, if it has one; {@code run} is the model after the event. */
    Optional<String> line(RunEvent event, RunModel run) {
        return switch (event) {
            case RunEvent.TestFinished e ->
                failuresOnly && Verdict.of(e.ending()) == Verdict.PASSED
                        ? Optional.empty()
                        : Optional.of(finished(e, run));
            case RunEvent.TestNotRun e when e.status().equals("skip") -> Optional.empty(); // the summary counts them
            case RunEvent.TestNotRun e ->
                Optional.of(counter(run) + style.bad("not run") + " " + Printable.line(e.test())
                        + (said.add("not run: " + e.reason()) ? ": " + Printable.line(e.reason()) : ""));
            case RunEvent.ProvisionProgress e -> coming(e, run);
            case RunEvent.ProvisionFailed e -> problem(e.provisioner() + ": no machine: " + e.message());
            case RunEvent.ProvisionerFailed e ->
                problem(e.provisioner() + " provides no more machines: " + e.message());
            case RunEvent.ProvisionerStopped e -> e.problem().flatMap(p -> problem(e.provisioner() + ": " + p));
            case RunEvent.SetUpFailed e ->
                problem(
                        "set-up: " + e.way().orElse(e.message()),
                        "set-up of " + e.remote() + " failed: " + e.message());
            case RunEvent.IngestFailed e ->
                problem("results of " + e.test() + " could not be stored, they are in " + e.artifacts() + ": "
                        + e.message());
            case RunEvent.ReleaseFailed e -> problem(e.remote() + " may still exist: " + e.message());
            case RunEvent.HookFailed e -> problem(e.hook() + " failed: " + e.message());
            case RunEvent.DeadlineExpired e when e.limit() == Limit.IDLE -> Optional.empty();
            case RunEvent.DeadlineExpired e -> problem(e.limit().exceeded(e.subject()));
            case RunEvent.StopRequested e ->
                Optional.of(style.odd(Printable.line(e.reason())
                        + (run.stoppedBefore() ? ": only tests that were cut off run" : ": no more tests start")));
            case RunEvent.RunResumed e
            when watching ->
                Optional.of(style.odd("resumed: " + e.tests().size() + " of "
                        + Count.of(run.counts().total(), "test") + " left"));
            case RunEvent.Interrupted e -> Optional.of(interrupted(e, run));
            default -> Optional.empty();
        };
    }

    /** Returns the line for a new state of a requested machine; on a terminal, the status area shows it. */
    private Optional<String> coming(RunEvent.ProvisionProgress e, RunModel run) {
        PoolModel.Coming coming = run.pool().coming().get(e.remote());
        if (failuresOnly || coming == null || !coming.isNew() || coming.state().isEmpty()) {
            return Optional.empty();
        }
        String rest = ComingMachine.rest(coming);
        return Optional.of(Printable.line(e.remote() + ": " + coming.state()
                + coming.before().map(time -> " after " + Times.coarse(time)).orElse("")
                + ComingMachine.butUsually(coming, usually)
                + (rest.isEmpty() ? "" : "; " + rest)));
    }

    /** Returns the line for a test that has ended, even if it would be left out. */
    String finished(RunEvent.TestFinished e, RunModel run) {
        Optional<Duration> took = run.test(e.test()).flatMap(TestModel::lastTook);
        String word = e.ending().word();
        StringBuilder line = new StringBuilder(counter(run))
                .append(style.status(word, Columns.pad(Printable.word(word), 5)))
                .append(' ')
                .append(Printable.line(e.test()))
                .append(style.faint("  "
                        + took.map(time -> Times.exact(time) + " ").orElse("") + "on " + Printable.line(e.remote())));
        e.ending().reason().ifPresent(reason -> line.append(": ").append(Printable.note(reason)));
        if (e.rerun()) {
            line.append(style.odd(" (attempt " + e.attempt() + ", will be run again)"));
        } else if (e.attempt() > 1) {
            line.append(" (attempt ").append(e.attempt()).append(')');
        }
        return line.toString();
    }

    private String counter(RunModel run) {
        String total = Integer.toString(run.counts().total());
        String done = Integer.toString(run.counts().finished());
        return style.faint("[" + " ".repeat(Math.max(0, total.length() - done.length())) + done + "/" + total + "]")
                + " ";
    }

    private Optional<String> problem(String text) {
        return problem(text, text);
    }

    /** Returns a problem only if it is new: the summary counts repeated ones. */
    private Optional<String> problem(String key, String text) {
        return said.add(key)
                ? Optional.of(style.bad("problem:") + " " + Printable.block(text, "    "))
                : Optional.empty();
    }

    private String interrupted(RunEvent.Interrupted e, RunModel run) {
        String what = "ending " + Count.of(run.counts().running(), "test") + ", releasing machines";
        if (watching) {
            return style.odd(Printable.line(e.reason()) + ": " + what);
        }
        return style.odd(
                switch (e.urgency()) {
                    case 1 ->
                        Printable.line(e.reason()) + ": " + what
                                + ", keeping results. Again: don't wait for results; a third time: exit " + "at once.";
                    default -> Printable.line(e.reason()) + ": only releasing machines now. Once more: exit at once.";
                });
    }
}
