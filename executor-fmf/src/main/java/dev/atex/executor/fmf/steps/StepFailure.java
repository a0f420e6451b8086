package dev.atex.executor.fmf.steps;

import dev.atex.executor.ExecutorException;

/**
 * The message about a phase that failed.
 *
 * @param step "prepare" or "finish"
 * @param plan the name of the plan
 * @param phase the name of the phase
 * @param what failed: "script 2 of 3"
 * @param how "failed with exit code 1"
 * @param details lines about what was to be done; may be empty
 * @param output the end of what was printed
 */
record StepFailure(String step, String plan, String phase, String what, String how, String details, String output) {

    /** As an exception: of its own kind if another machine would do no better. */
    ExecutorException asException() {
        String message = step + " of plan '" + plan + "', phase '" + phase + "': " + what + " " + how + ".\n"
                + (details.isEmpty() ? "" : details + "\n")
                + (output.isEmpty() ? "It printed nothing." : "Output:\n" + output);
        return step.equals("prepare")
                ? new PrepareFailedException(step + " " + plan + ": " + phase + ": " + what + ": " + how, message)
                : new ExecutorException(message);
    }
}
