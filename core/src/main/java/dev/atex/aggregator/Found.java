package dev.atex.aggregator;

import dev.atex.executor.OwnResult;

/**
 * An attempt that an output was found to have when it was resumed.
 *
 * @param commit as when it was ingested
 * @param own the last of its results for the test itself, with no more than the output says of it
 */
public record Found(Commit commit, OwnResult own) {}
