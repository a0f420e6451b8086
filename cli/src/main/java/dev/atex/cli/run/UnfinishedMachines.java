package dev.atex.cli.run;

import dev.atex.cli.view.Printable;
import dev.atex.run.model.RunModel;
import java.util.List;
import java.util.Optional;

/** A message about machines on which a plan's finish steps may not have run, as the run was killed. */
public final class UnfinishedMachines {
    private UnfinishedMachines() {}

    /**
     * Returns a line, if there is something to report.
     *
     * @param plan the name of the plan; empty if there is none
     */
    public static Optional<String> line(RunModel history, String plan) {
        return line(history.machinesLeft(), plan);
    }

    /**
     * Returns a line, if there is something to report.
     *
     * @param machines the names of the machines
     * @param plan the name of the plan; empty if there is none
     */
    public static Optional<String> line(List<String> machines, String plan) {
        return plan.isEmpty() || machines.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "The run was killed before plan " + Printable.line(plan) + " was finished with "
                                + Printable.line(String.join(", ", machines))
                                + ": the plan's finish steps may not have run there, and its data ($TMT_PLAN_DATA) may be missing.");
    }
}
