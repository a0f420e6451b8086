package dev.atex.run;

import dev.atex.executor.Ending;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;

/**
 * A hook that runs after each attempt, while its machine is still reserved; its time does not count as the test's. Called in
 * the threads of attempts, by many at a time. If it throws, the run reports the failure and continues.
 */
@FunctionalInterface
public interface AfterTest {
    /** Does nothing. */
    AfterTest NOTHING = (executor, test, attempt, ending, artifacts) -> {};

    /**
     * Handles the end of an attempt. If the run ends meanwhile, it calls {@link Executor#cancel}.
     *
     * @param artifacts complete artifacts, still in the place where the test created them
     * @throws InterruptedException if the machine is taken away
     */
    void ended(Executor executor, String test, int attempt, Ending ending, TestArtifacts artifacts) throws Exception;
}
