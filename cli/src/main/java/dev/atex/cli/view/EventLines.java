package dev.atex.cli.view;

import dev.atex.orchestrator.Limit;
import dev.atex.orchestrator.RunEvent;
import dev.atex.orchestrator.RunSummary.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The lines that stay: one for each finished test, one for each thing that went wrong. Used by one thread at a time. */
final class EventLines {
    private final Style style;
    private final boolean failuresOnly;
    private final Map<String, Duration> started = new HashMap<>();
    private final Set<String> said = new HashSet<>();

    /** With {@code failuresOnly}, tests that pass have no line: the status area counts them. */
    EventLines(Style style, boolean failuresOnly) {
        this.style = style;
        this.failuresOnly = failuresOnly;
    }

    /** The line for an event, if it has one; {@code state} is as it was after the event. */
    Optional<String> line(RunEvent event, RunState state) {
        return switch (event) {
            case RunEvent.TestStarted e -> {
                started.put(e.test(), e.at());
                yield Optional.empty();
            }
            case RunEvent.TestFinished e ->
                failuresOnly && e.ending().verdict() == Verdict.PASSED
                        ? Optional.empty()
                        : Optional.of(finished(e, state));
            case RunEvent.TestNotRun e when e.status().equals("skip") -> Optional.empty(); // the summary counts them
            case RunEvent.TestNotRun e ->
                Optional.of(counter(state) + style.bad("not run") + " " + Printable.line(e.test())
                        + (said.add("not run: " + e.reason()) ? ": " + Printable.line(e.reason()) : ""));
            case RunEvent.ProvisionProgress e -> coming(e, state);
            case RunEvent.ProvisionFailed e -> problem(e.provisioner() + ": no machine: " + e.message());
            case RunEvent.ProvisionerFailed e -> problem(e.provisioner() + " gives no more machines: " + e.message());
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
            case RunEvent.DeadlineExpired e ->
                problem("waited too long (" + e.limit().label() + ")"
                        + (e.subject().isEmpty() ? "" : " for " + e.subject()));
            case RunEvent.StopRequested e ->
                Optional.of(style.odd(Printable.line(e.reason()) + ": no other test is begun"));
            case RunEvent.Interrupted e -> Optional.of(interrupted(e, state));
            case RunEvent.RunStarted _,
                    RunEvent.RunResumed _,
                    RunEvent.AttemptRecovered _,
                    RunEvent.ProvisionRequested _,
                    RunEvent.ProvisionCleared _,
                    RunEvent.RemoteReady _,
                    RunEvent.SetUpFinished _,
                    RunEvent.AttemptIngested _,
                    RunEvent.AttemptSuperseded _,
                    RunEvent.ReleaseStarted _,
                    RunEvent.RemoteReleased _,
                    RunEvent.RunFinished _,
                    RunEvent.Unknown _ -> Optional.empty();
        };
    }

    /** Each state of a machine that is waited for: on a terminal that is in the status area. */
    private Optional<String> coming(RunEvent.ProvisionProgress e, RunState state) {
        RunState.Coming coming = state.coming().get(e.remote());
        if (failuresOnly || coming == null || !coming.isNew() || coming.state().isEmpty()) {
            return Optional.empty();
        }
        String rest = coming.rest();
        return Optional.of(Printable.line(e.remote() + ": " + coming.state()
                + coming.before().map(time -> " after " + Times.coarse(time)).orElse("") + coming.butUsually()
                + (rest.isEmpty() ? "" : "; " + rest)));
    }

    /** The line for a test that has ended, also for one that has none of its own. */
    String finished(RunEvent.TestFinished e, RunState state) {
        Duration began = started.remove(e.test());
        String word = e.ending().word();
        StringBuilder line = new StringBuilder(counter(state))
                .append(style.status(word, Columns.pad(Printable.word(word), 5)))
                .append(' ')
                .append(Printable.line(e.test()))
                .append(style.faint(
                        "  " + (began == null ? "" : Times.exact(e.ended().minus(began)) + " ") + "on "
                                + Printable.line(e.remote())));
        e.ending().reason().ifPresent(reason -> line.append(": ").append(Printable.note(reason)));
        if (e.rerun()) {
            line.append(style.odd(" (attempt " + e.attempt() + ", will be run again)"));
        } else if (e.attempt() > 1) {
            line.append(" (attempt ").append(e.attempt()).append(')');
        }
        return line.toString();
    }

    private String counter(RunState state) {
        String total = Integer.toString(state.total());
        String done = Integer.toString(state.finished());
        return style.faint("[" + " ".repeat(Math.max(0, total.length() - done.length())) + done + "/" + total + "]")
                + " ";
    }

    private Optional<String> problem(String text) {
        return problem(text, text);
    }

    /** What was said already is not said again: the summary counts it. */
    private Optional<String> problem(String key, String text) {
        return said.add(key)
                ? Optional.of(style.bad("problem:") + " " + Printable.block(text, "    "))
                : Optional.empty();
    }

    private String interrupted(RunEvent.Interrupted e, RunState state) {
        String what = "ending " + count(state.running(), "test") + ", giving back machines";
        return style.odd(
                switch (e.urgency()) {
                    case 1 ->
                        Printable.line(e.reason()) + ": " + what
                                + ", keeping results. Again: don't wait for results; a third time: exit " + "at once.";
                    default -> Printable.line(e.reason()) + ": only giving back machines now. Once more: exit at once.";
                });
    }

    static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
