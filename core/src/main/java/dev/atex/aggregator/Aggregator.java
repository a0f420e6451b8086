package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;

/**
 * Collects the artifacts of tests into some output. {@link #ingest} is thread-safe. Implementations run the contract
 * tests {@code AggregatorContract} of the core's test jar.
 */
public interface Aggregator extends AutoCloseable {

    /** Creates the output. What exists already is an error and is left as it is. */
    void open() throws AggregatorException;

    /** Opens the output of an interrupted run: cuts it back to the last commit, to be continued. */
    void resume(Resume from) throws AggregatorException;

    /**
     * Takes the artifacts over: moves them, does not copy. All or nothing: either every result of the attempt is in
     * the output, or none is and the artifacts are still where they were.
     *
     * @return the point up to which the output is whole now
     */
    Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException, InterruptedException;

    /** Closes the output whole. Idempotent. */
    @Override
    void close() throws AggregatorException;
}
