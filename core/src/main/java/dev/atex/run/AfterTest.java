package dev.atex.run;

import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;

/**
 * Looks at what an attempt has left, while its machine is still held for it: the time that this takes is not the test's. Called in
 * the thread of the attempt, by many threads. When it throws, the failure is reported and the run goes on.
 */
@FunctionalInterface
public interface AfterTest {
    /** Does nothing. */
    AfterTest NOTHING = (executor, test, attempt, ending, artifacts) -> {};

    /**
     * An attempt has ended, by itself or not. {@link Executor#cancel} is called while this is at work if the run ends meanwhile.
     *
     * @param artifacts complete; still where the test has put them
     * @throws InterruptedException the machine is taken away
     */
    void ended(Executor executor, String test, int attempt, Ending ending, TestArtifacts artifacts) throws Exception;
}
