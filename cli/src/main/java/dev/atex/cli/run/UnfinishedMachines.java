package dev.atex.cli.run;

import dev.atex.cli.view.Printable;
import dev.atex.run.model.RunModel;
import java.util.List;
import java.util.Optional;

/** What is told of machines that a plan was not finished with, as the process of the run was killed. */
public final class UnfinishedMachines {
    private UnfinishedMachines() {}

    /**
     * A line, if there is something to tell.
     *
     * @param plan the name of the plan; empty if there is none
     */
    public static Optional<String> line(RunModel history, String plan) {
        List<String> machines = history.machinesLeft();
        return plan.isEmpty() || machines.isEmpty()
                ? Optional.empty()
                : Optional.of("The run was killed before plan " + Printable.line(plan) + " was finished with "
                        + Printable.line(String.join(", ", machines))
                        + ": the plan's finish may not have been done there, and its data ($TMT_PLAN_DATA) not been"
                        + " fetched.");
    }
}
