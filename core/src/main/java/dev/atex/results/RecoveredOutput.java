package dev.atex.results;

import dev.atex.aggregator.Attempt;
import java.util.Map;

/**
 * The output of an earlier session, in order and open.
 *
 * @param aggregator adds to it; the caller closes it
 * @param stored the attempts that it contains
 */
public record RecoveredOutput(FileAggregator aggregator, Map<Attempt, StoredAttempt> stored) {

    /** Copies its argument. */
    public RecoveredOutput {
        stored = Map.copyOf(stored);
    }
}
