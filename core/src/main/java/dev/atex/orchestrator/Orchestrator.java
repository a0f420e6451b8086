package dev.atex.orchestrator;

import dev.atex.run.RunSummary;

/** Runs tests on machines: one run per object. */
public interface Orchestrator {

    /**
     * Runs everything and returns when the run is over and all machines are released. What users' hooks, executors,
     * provisioners and aggregators throw is in the summary, never thrown from here.
     *
     * @throws InterruptedException the calling thread was interrupted: as {@link #interrupt} followed by the end of the
     *     run
     */
    RunSummary run() throws InterruptedException;

    /**
     * Asks the run to end, from any thread, at any time; {@link #run} then returns early. The first call cancels running
     * tests and keeps what they reported; the second waits for releases only. Returns at once.
     *
     * @param reason for the log: {@code "SIGINT"}
     */
    void interrupt(String reason);

    /**
     * Asks that no test is begun any more, from any thread, at any time: those that run go on to their end, the others get a
     * {@code skip} result with the reason. Returns at once.
     */
    void stopBeginning(String reason);
}
