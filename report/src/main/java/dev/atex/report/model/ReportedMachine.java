package dev.atex.report.model;

import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.MachineModel.Span;
import java.util.List;

/**
 * A machine of a run.
 *
 * @param name one that no other machine of the run has
 * @param provisioner where it comes from
 * @param spans what it did when, in order, without gaps
 */
public record ReportedMachine(String name, String provisioner, List<Span> spans) {

    /** Copies its argument. */
    public ReportedMachine {
        spans = List.copyOf(spans);
    }

    /** Seconds that it was there: from ready to released. */
    public double present() {
        return sum(false);
    }

    /** Seconds of these in which it ran tests. */
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
