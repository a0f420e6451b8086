package dev.atex.aggregator;

import dev.atex.executor.TestArtifacts;
import java.util.Map;

/**
 * Collects the artifacts of tests into some output. {@link #ingest} is thread-safe. Implementations run the contract
 * tests {@code AggregatorContract} of the core's test jar.
 */
public interface Aggregator extends AutoCloseable {

    /** Creates the output. What exists already is an error and is left as it is. */
    void open() throws AggregatorException;

    /**
     * Opens the output of a run that was interrupted, or crashed at any instant, to be continued; if it was not even
     * made, makes it. What it then has is whole: the attempts returned, nothing of any other. Ingesting one of those
     * does nothing. When this itself is cut off, it can be called again.
     *
     * @return the attempts that are in the output
     */
    Map<Attempt, Found> resume(Resume from) throws AggregatorException;

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
