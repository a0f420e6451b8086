package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;

/**
 * Stores the results and files of tests in an output, which is open from its creation. Thread-safe. Implementations run
 * the contract tests {@code AggregatorContract} of the core's test jar.
 */
public interface Aggregator extends AutoCloseable {

    /**
     * Stores the artifacts of an attempt. All or nothing: either the output has all results of the attempt, or none.
     * The artifacts do not change; the caller removes them. An output stores a test only once.
     *
     * @return where the results and files are
     */
    Commit ingest(Attempt attempt, TestArtifacts artifacts) throws AggregatorException, InterruptedException;

    /** Completes the output and closes it. Idempotent. */
    @Override
    void close() throws AggregatorException;
}
