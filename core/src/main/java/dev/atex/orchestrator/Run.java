package dev.atex.orchestrator;

/** One run: the shell around the scheduler. */
final class Run {
    Run(RunPlan plan) {}

    RunSummary run() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    void interrupt(String reason) {}
}
