package dev.atex.executor;

import dev.atex.connection.ConnectionException;
import java.util.Map;

/**
 * Runs tests, one at a time, on the machine behind one connection.
 *
 * <p>{@link #start}, then any number of {@link #runTest}, then {@link #stop}, by one thread at a time; {@link #cancel}
 * by any thread at any time. Implementations run the contract tests {@code ExecutorContract} of the core's test jar.
 */
public interface Executor extends AutoCloseable {

    /**
     * Prepares the machine for tests.
     *
     * @throws ExecutorException the set-up failed; the message holds the failing script's output
     */
    void start() throws ExecutorException, ConnectionException, InterruptedException;

    /**
     * Runs one test and fills {@code artifacts} with what it reports, also if it is aborted or this throws. The
     * orchestrator adds a result for the test itself, made from the ending, if there is none.
     *
     * @param test the name of the test
     * @param artifacts where results and files go, empty
     * @param environment variables for the test, over all others
     * @return {@link Ending#exited} with the exit code of the test, or {@link Ending#aborted} if the test did not come to
     *     its own end or reported something malformed
     * @throws InterruptedException the calling thread was interrupted; the test was ended as by {@link #cancel}
     */
    Ending runTest(String test, TestArtifacts artifacts, Map<String, String> environment) throws InterruptedException;

    /**
     * Ends the running test promptly, with everything it started; {@link #runTest} then returns an ending with
     * {@link FailureClass#CANCELLED}. Never lost: called before a test has started, it ends the next one. Idempotent,
     * never blocks for long.
     */
    void cancel();

    /**
     * Cleans the machine up after the last test. Idempotent. A connection that is gone already is no error; called again
     * when there is a new one, it cleans up then.
     *
     * @throws InterruptedException the calling thread was interrupted, perhaps before the call: long steps were cut short
     *     or left out, but what the executor itself has put on the machine was removed
     */
    void stop() throws ExecutorException, InterruptedException;

    /** Calls {@link #stop()}. */
    @Override
    default void close() throws ExecutorException, InterruptedException {
        stop();
    }
}
