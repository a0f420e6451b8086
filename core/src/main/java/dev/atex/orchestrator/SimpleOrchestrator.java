package dev.atex.orchestrator;

import dev.atex.run.DestructivePolicy;
import dev.atex.run.RunSummary;
import dev.atex.run.engine.RunLoop;
import dev.atex.run.engine.RunPlan;

/**
 * Runs tests one after another on one machine, or each on a machine of its own. Starts the provisioners and stops them;
 * the aggregators belong to the caller. Thread-safe.
 */
public final class SimpleOrchestrator implements Orchestrator {
    private final RunLoop run;

    private SimpleOrchestrator(RunPlan plan) {
        run = new RunLoop(plan);
    }

    /** A builder with the defaults: one machine for all tests, no reruns, order as given. */
    public static Builder builder() {
        return new Builder();
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

    /** Collects what the run needs. Used by one thread. */
    public static final class Builder extends OrchestratorBuilder<Builder> {
        private boolean destructive;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Whether each test gets a new machine; a test that was aborted always uses its machine up. */
        public Builder destructive(boolean each) {
            destructive = each;
            return this;
        }

        /**
         * The orchestrator for one run.
         *
         * @throws IllegalStateException something that must be given is missing
         * @throws IllegalArgumentException a test was given twice
         */
        public SimpleOrchestrator build() {
            return new SimpleOrchestrator(
                    plan(destructive ? DestructivePolicy.always() : DestructivePolicy.never(), 0, true));
        }
    }
}
