package dev.atex.orchestrator;

import dev.atex.run.RunSummary;
import dev.atex.run.engine.RunLoop;
import dev.atex.run.engine.RunPlan;

/**
 * Runs tests in parallel on all machines that the provisioners provide: each free machine gets the next test. Provisioning,
 * set-ups, tests, storing of results and releases happen at the same time. Starts and stops the provisioners; the caller
 * opens and closes the aggregators. Thread-safe.
 */
public final class AdHocOrchestrator implements Orchestrator {
    private final RunLoop run;

    AdHocOrchestrator(RunPlan plan) {
        run = new RunLoop(plan);
    }

    /** Returns a builder with the defaults: no spares, no reruns, tests in the given order. */
    public static OrchestratorBuilder builder() {
        return new OrchestratorBuilder();
    }

    @Override
    public RunSummary run() throws InterruptedException {
        return run.run();
    }

    @Override
    public void interrupt(String reason) {
        run.interrupt(reason);
    }

    @Override
    public void stopBeginning(String reason) {
        run.stopBeginning(reason);
    }
}
