package dev.atex.report.model;

import dev.atex.run.model.MachineModel.Span;
import dev.atex.run.model.MachineUse;
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

    /** Returns the time that it was in use. */
    public MachineUse use() {
        return MachineUse.of(spans);
    }
}
