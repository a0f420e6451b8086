package dev.atex.cli.report;

import dev.atex.cli.command.Table;
import dev.atex.cli.command.Terminal;
import dev.atex.report.model.ReportedMachine;
import dev.atex.report.model.RunReport;
import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.MachineModel.Span;
import dev.atex.run.model.MachineUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table of how long machines were used, by test. Counts from ready to released, as the summary of a run does. */
final class MachineMinutes {
    private static final double SECONDS = 60;
    /** From this many seconds on, the sum is printed in whole minutes, as in the summary of a run. */
    private static final double WHOLE = 10 * SECONDS;

    private final RunReport run;
    private final Map<String, Used> tests = new LinkedHashMap<>();
    private final Map<Activity, Double> others = new EnumMap<>(Activity.class);

    /** The use of machines by one test. */
    private record Used(double seconds, int attempts) {
        Used and(double more) {
            return new Used(seconds + more, attempts + 1);
        }
    }

    MachineMinutes(RunReport run) {
        this.run = run;
        for (ReportedMachine machine : run.machines()) {
            for (Span span : machine.spans()) {
                double seconds = seconds(span.to().minus(span.from()));
                switch (span.activity()) {
                    case PROVISION -> {} // not there yet
                    case TEST -> tests.merge(span.text(), new Used(seconds, 1), (before, _) -> before.and(seconds));
                    case SET_UP, IDLE, RELEASE -> others.merge(span.activity(), seconds, Double::sum);
                }
            }
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    void print(Terminal terminal) {
        MachineUse use = run.use();
        double present = seconds(use.present());
        double busy = seconds(use.busy());
        long machines = run.machines().stream()
                .filter(machine -> !machine.use().present().isZero())
                .count();
        if (machines == 0) {
            terminal.out().println("No machines.");
            return;
        }
        terminal.out()
                .println(machines + (machines == 1 ? " machine" : " machines") + " for "
                        + (present < WHOLE ? minutes(present) : String.valueOf(Math.round(present / SECONDS)))
                        + " machine-minutes, " + percent(busy, present) + " of them running tests, "
                        + percent(others.getOrDefault(Activity.IDLE, 0.0), present) + " idle");
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("MINUTES", "SHARE", "ATTEMPTS", "TEST"));
        tests.entrySet().stream()
                .sorted(Comparator.comparingDouble(each -> -each.getValue().seconds()))
                .forEach(each -> lines.add(List.of(
                        minutes(each.getValue().seconds()),
                        percent(each.getValue().seconds(), present),
                        Integer.toString(each.getValue().attempts()),
                        terminal.shown(each.getKey()))));
        others.forEach((activity, seconds) ->
                lines.add(List.of(minutes(seconds), percent(seconds, present), "", "(" + word(activity) + ")")));
        Table.print(lines, terminal);
    }

    private static String word(Activity activity) {
        return switch (activity) {
            case SET_UP -> "setup";
            case IDLE -> "idle";
            case RELEASE -> "release";
            case PROVISION, TEST -> throw new IllegalArgumentException(activity.name());
        };
    }

    private static String minutes(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds / SECONDS);
    }

    private static String percent(double part, double whole) {
        return Math.round(100 * part / Math.max(whole, Double.MIN_NORMAL)) + " %";
    }
}
