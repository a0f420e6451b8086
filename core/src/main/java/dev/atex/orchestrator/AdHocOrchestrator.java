package dev.atex.orchestrator;

import dev.atex.run.DestructivePolicy;
import dev.atex.run.RunSummary;
import dev.atex.run.engine.RunLoop;
import dev.atex.run.engine.RunPlan;

/**
 * Runs tests in parallel on as many machines as the provisioners give: whichever machine is free gets the next test.
 * Provisioning, set-ups, tests, the storing of results and releases all go on at the same time. Starts the provisioners
 * and stops them; the aggregators belong to the caller. Thread-safe.
 */
public final class AdHocOrchestrator implements Orchestrator {
    private final RunLoop run;

    private AdHocOrchestrator(RunPlan plan) {
        run = new RunLoop(plan);
    }

    /** A builder with the defaults: no spares, no reruns, order as given. */
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
        private DestructivePolicy destructive = DestructivePolicy.onNonZeroExit();
        private int maxSpares;
        private boolean oneMachine;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Which tests use their machine up; those with a non-zero exit code unless given. */
        public Builder destructive(DestructivePolicy policy) {
            destructive = policy;
            return this;
        }

        /** How many machines are kept ready, when the queue is empty, for tests that may be run again. 0 unless given. */
        public Builder maxSpares(int max) {
            if (max < 0) {
                throw new IllegalArgumentException("maxSpares must not be negative: " + max);
            }
            maxSpares = max;
            return this;
        }

        /** Whether there is one machine at a time, for one test at a time, whatever the provisioner could give. */
        public Builder oneMachine(boolean only) {
            oneMachine = only;
            return this;
        }

        /**
         * The orchestrator for one run.
         *
         * @throws IllegalStateException something that must be given is missing
         * @throws IllegalArgumentException a test was given twice
         */
        public AdHocOrchestrator build() {
            return new AdHocOrchestrator(plan(destructive, maxSpares, oneMachine));
        }
    }
}
