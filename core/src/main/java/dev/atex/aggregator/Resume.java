package dev.atex.aggregator;

import java.util.Optional;
import java.util.Set;

/**
 * What an aggregator has done in an earlier, interrupted life of the same run.
 *
 * @param last the last commit; empty: nothing was committed
 * @param ingested the attempts up to that commit; ingesting one of them again does nothing
 */
public record Resume(Optional<Commit> last, Set<Attempt> ingested) {

    /** Copies its arguments. */
    public Resume {
        ingested = Set.copyOf(ingested);
    }
}
