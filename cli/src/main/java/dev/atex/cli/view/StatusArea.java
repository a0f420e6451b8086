package dev.atex.cli.view;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The lines at the bottom of a terminal that show what a run is doing now. */
final class StatusArea {
    private static final int TIME_COLUMNS = 7;
    private static final int NAME_COLUMNS = 20;

    private StatusArea() {}

    /** Draws at most half of the screen; the summary comes last and is always there. No line is wider than the screen. */
    static List<String> draw(RunState state, Duration now, TerminalSize size, Style style) {
        int columns = size.columns() - 1; // a full last column makes some terminals wrap
        int room = Math.max(0, size.rows() / 2 - 2);
        List<String> lines = new ArrayList<>();
        int names = Stream.concat(state.machines().keySet().stream(), state.coming().keySet().stream())
                .mapToInt(name -> Columns.width(Printable.line(name)))
                .max()
                .orElse(0);
        int width = Math.min(NAME_COLUMNS, names);
        int all = state.machines().size() + state.coming().size();
        Stream.concat(
                        state.machines().entrySet().stream()
                                .map(each ->
                                        new Line(each.getKey(), each.getValue().since(), what(each.getValue()))),
                        state.coming().entrySet().stream()
                                .map(each ->
                                        new Line(each.getKey(), each.getValue().since(), what(each.getValue()))))
                .limit(room)
                .map(line -> row(line.name(), line.since(), line.what(), now, width, columns, style))
                .forEach(lines::add);
        if (lines.size() < all) {
            lines.add(style.faint(Columns.fit("  and " + (all - lines.size()) + " more", columns)));
        }
        lines.add(progress(state, now, columns, style));
        return lines;
    }

    /** What there is to say of a machine. */
    private record Line(String name, Duration since, String what) {}

    private static String what(RunState.Activity activity) {
        return activity.test().isEmpty()
                ? "being set up"
                : Printable.line(activity.test())
                        + (activity.attempt() > 1 ? " (attempt " + activity.attempt() + ")" : "");
    }

    private static String what(RunState.Coming coming) {
        String rest = coming.rest();
        return Printable.line(coming.state() + coming.butUsually() + (rest.isEmpty() ? "" : "; " + rest));
    }

    private static String row(
            String name, Duration since, String what, Duration now, int names, int columns, Style style) {
        String time = Columns.pad(Times.coarse(now.minus(since)), TIME_COLUMNS);
        String machine = Columns.pad(Printable.line(name), names);
        int rest = columns - 2 - names - 2 - TIME_COLUMNS - 1;
        if (rest < 10) { // a very narrow screen
            return Columns.fit("  " + what, columns);
        }
        return "  " + style.faint(machine + "  " + time) + " " + Columns.fit(what, rest);
    }

    private static String progress(RunState state, Duration now, int columns, Style style) {
        List<String> parts = new ArrayList<>();
        parts.add(state.finished() + "/" + state.total() + " done");
        if (state.failed() > 0) {
            parts.add(state.failed() + " failed");
        }
        if (state.infra() > 0) {
            parts.add(state.infra() + " infra");
        }
        if (state.running() > 0) {
            parts.add(state.running() + " running");
        }
        if (state.queued() > 0) {
            parts.add(state.queued() + " queued");
        }
        if (state.reruns() > 0) {
            parts.add(EventLines.count(state.reruns(), "rerun"));
        }
        if (!state.releasing().isEmpty()) {
            parts.add("giving back " + releasing(state));
        } else if (state.machines().isEmpty() && state.queued() > 0) {
            parts.add((state.interrupts() > 0 ? "giving up " : "waiting for ")
                    + Printable.line(state.awaited())
                    + (state.lastProblem().isEmpty() ? "" : " (" + Printable.line(state.lastProblem()) + ")"));
        }
        parts.add(Times.coarse(now)
                + state.remaining(now)
                        .map(left -> ", about " + Times.coarse(left) + " left")
                        .orElse(""));
        String line = Columns.fit(String.join(", ", parts), columns);
        if (state.interrupts() > 0) {
            return style.odd(line);
        }
        return state.failed() + state.infra() > 0 ? style.bad(line) : style.strong(line);
    }

    private static String releasing(RunState state) {
        int count = state.releasing().size();
        String first = Printable.line(state.releasing().iterator().next());
        return count == 1 ? first : count + " machines";
    }
}
