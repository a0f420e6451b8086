package dev.atex.results;

import dev.atex.aggregator.Commit;
import dev.atex.executor.OwnResult;
import java.util.Optional;

/**
 * An attempt that was found in the output of an earlier session, and stays there.
 *
 * @param commit where its results and files are
 * @param own its result for the test itself, see {@link dev.atex.executor.ResultTally}, as far as the output has it
 * @param failedSubtests the number of failed results with a name
 * @param firstFailed the name of the first of them
 */
public record StoredAttempt(Commit commit, OwnResult own, int failedSubtests, Optional<String> firstFailed) {}
