package dev.atex.report.model;

import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.MachineModel.Span;
import java.util.List;

/**
 * A machine of a run.
 *
 * @param name a name that is unique in the run
 * @param provisioner the provisioner it comes from
 * @param spans its activities, in order, without gaps
 */
public record ReportedMachine(String name, String provisioner, List<Span> spans) {

    /** Copies its argument. */
    public ReportedMachine {
        spans = List.copyOf(spans);
    }

    /** Returns the seconds from ready to released. */
    public double present() {
        return sum(false);
    }

    /** Returns the seconds in which it ran tests. */
    public double busy() {
        return sum(true);
    }

    private double sum(boolean onlyTests) {
        double seconds = 0;
        for (Span span : spans) {
            boolean counts = onlyTests ? span.activity() == Activity.TEST : span.activity() != Activity.PROVISION;
            seconds += counts ? span.to().minus(span.from()).toNanos() / 1e9 : 0;
        }
        return seconds;
    }
}
