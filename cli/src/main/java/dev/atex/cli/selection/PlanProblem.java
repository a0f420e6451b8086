package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.view.Printable;

/** Lines about a plan that is skipped while commands continue with other plans. */
public final class PlanProblem {
    private PlanProblem() {}

    /** Returns the line for a plan that cannot be read. It has the name of the plan once. */
    public static String line(String plan, String problem) {
        String name = problem.contains("plan '" + plan + "'") ? "" : "plan " + Printable.line(plan) + ": ";
        return "atex: " + name + Printable.lines(problem);
    }

    /** Returns the line for a plan that selects no tests. */
    public static String leftOut(UsageException problem) {
        String reason = String.valueOf(problem.getMessage()).lines().findFirst().orElse("");
        return "note: " + Printable.line(reason) + " (the plan is left out)";
    }
}
