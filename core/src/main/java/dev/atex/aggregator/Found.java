package dev.atex.aggregator;

import dev.atex.executor.OwnResult;
import java.util.Optional;

/**
 * An attempt that an output was found to have when it was resumed.
 *
 * @param commit as when it was ingested
 * @param own its result for the test itself, see {@link dev.atex.executor.ResultTally}, with no more than the output says of it
 * @param failedSubtests how many results with a name have failed
 * @param firstFailed the name of the first of them
 */
public record Found(Commit commit, OwnResult own, int failedSubtests, Optional<String> firstFailed) {

    /** One without failed subtests. */
    public Found(Commit commit, OwnResult own) {
        this(commit, own, 0, Optional.empty());
    }
}
