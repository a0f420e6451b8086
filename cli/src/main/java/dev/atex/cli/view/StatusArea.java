package dev.atex.cli.view;

import dev.atex.internal.text.Count;
import dev.atex.run.model.MachineModel;
import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.PoolModel;
import dev.atex.run.model.RunModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The lines at the bottom of a terminal that show what a run is doing now. */
final class StatusArea {
    private static final int TIME_COLUMNS = 7;
    private static final int NAME_COLUMNS = 20;

    private StatusArea() {}

    /**
     * Draws at most half of the screen; the summary comes last and is always there. No line is wider than the screen.
     */
    static List<String> draw(
            RunModel run, Function<Map<String, String>, String> usually, Duration now, TerminalSize size, Style style) {
        int columns = size.columns() - 1; // a full last column makes some terminals wrap
        int room = Math.max(0, size.rows() / 2 - 2);
        List<String> lines = new ArrayList<>();
        List<Line> all = new ArrayList<>();
        busy(run).forEach(machine -> all.add(new Line(machine.name(), machine.since(), what(machine))));
        run.pool().coming().forEach((name, coming) -> all.add(new Line(name, coming.since(), what(coming, usually))));
        int names = all.stream()
                .mapToInt(line -> Columns.width(Printable.line(line.name())))
                .max()
                .orElse(0);
        int width = Math.min(NAME_COLUMNS, names);
        all.stream()
                .limit(room)
                .map(line -> row(line.name(), line.since(), line.what(), now, width, columns, style))
                .forEach(lines::add);
        if (lines.size() < all.size()) {
            lines.add(style.faint(Columns.fit("  and " + (all.size() - lines.size()) + " more", columns)));
        }
        lines.add(progress(run, now, columns, style));
        return lines;
    }

    /** Returns the line about a machine. */
    private record Line(String name, Duration since, String what) {}

    /** Returns machines that are being set up or run a test, in the order in which they started. */
    private static List<MachineModel> busy(RunModel run) {
        return run.pool().present().stream()
                .filter(machine -> machine.activity() == Activity.TEST || machine.activity() == Activity.SET_UP)
                .sorted(Comparator.comparing(MachineModel::since))
                .toList();
    }

    private static String what(MachineModel machine) {
        return machine.activity() == Activity.SET_UP
                ? "being set up"
                : Printable.line(machine.text())
                        + (machine.attempt() > 1 ? " (attempt " + machine.attempt() + ")" : "");
    }

    private static String what(PoolModel.Coming coming, Function<Map<String, String>, String> usually) {
        String rest = ComingMachine.rest(coming);
        return Printable.line(
                coming.state() + ComingMachine.butUsually(coming, usually) + (rest.isEmpty() ? "" : "; " + rest));
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

    private static String progress(RunModel run, Duration now, int columns, Style style) {
        List<String> parts = new ArrayList<>();
        parts.add(run.counts().finished() + "/" + run.counts().total() + " done");
        if (run.counts().failed() > 0) {
            parts.add(run.counts().failed() + " failed");
        }
        if (run.counts().infra() > 0) {
            parts.add(run.counts().infra() + " infra");
        }
        if (run.counts().running() > 0) {
            parts.add(run.counts().running() + " running");
        }
        if (run.counts().queued() > 0) {
            parts.add(run.counts().queued() + " queued");
        }
        if (run.counts().reruns() > 0) {
            parts.add(Count.of(run.counts().reruns(), "rerun"));
        }
        List<MachineModel> released = run.pool().present().stream()
                .filter(machine -> machine.activity() == Activity.RELEASE)
                .toList();
        if (!released.isEmpty()) {
            String first = Printable.line(released.getFirst().name());
            parts.add("releasing " + (released.size() == 1 ? first : released.size() + " machines"));
        } else if (busy(run).isEmpty() && run.counts().queued() > 0) {
            parts.add((run.urgency() > 0 ? "giving up " : "waiting for ")
                    + Printable.line(awaited(run))
                    + (run.pool().lastProblem().isEmpty()
                            ? ""
                            : " (" + Printable.line(run.pool().lastProblem()) + ")"));
        }
        parts.add(Times.coarse(now)
                + Forecast.remaining(run, now)
                        .map(left -> ", about " + Times.coarse(left) + " left")
                        .orElse(""));
        String line = Columns.fit(String.join(", ", parts), columns);
        if (run.urgency() > 0) {
            return style.odd(line);
        }
        return run.counts().failed() + run.counts().infra() > 0 ? style.bad(line) : style.strong(line);
    }

    /** Returns requested machines that are not ready, by provisioner. */
    private static String awaited(RunModel run) {
        Map<String, Integer> awaited = run.pool().awaited();
        int count = awaited.values().stream().mapToInt(Integer::intValue).sum();
        return count == 0 ? "a machine" : Count.of(count, "machine") + " from " + String.join(", ", awaited.keySet());
    }
}
