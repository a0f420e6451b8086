package dev.atex.orchestrator;

import dev.atex.run.RunSummary;

/** Runs tests on machines. Each object runs once. */
public interface Orchestrator {

    /**
     * Runs all tests and returns when the run is over and all machines are released. Exceptions of hooks, executors,
     * provisioners and aggregators are problems in the summary; this method does not throw them.
     *
     * @throws InterruptedException if the calling thread was interrupted, which also interrupts the run; thrown after the end
     *     of the run
     */
    RunSummary run() throws InterruptedException;

    /**
     * Asks the run to end, so that {@link #run} returns early. Any thread may call it at any time. The first call cancels
     * running tests and keeps their results; after the second, the run waits only for releases. Returns at once.
     *
     * @param reason for the log: {@code "SIGINT"}
     */
    void interrupt(String reason);

    /**
     * Asks the run to start no more tests. Running tests continue to their end, the others get a {@code skip} result with the
     * reason. Any thread may call it at any time. Returns at once.
     */
    void stopBeginning(String reason);
}
