package dev.atex.orchestrator;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.run.engine.ResumePlan;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * How a run goes on that was interrupted, or whose process was killed: its output is whole again, the results that tests
 * had left behind are stored, and it is known which tests are still to be run. For {@link OrchestratorBuilder#resume}.
 */
public final class Resumption {
    private final ResumePlan plan;

    private Resumption(ResumePlan plan) {
        this.plan = plan;
    }

    /**
     * Opens the output and stores what is left to be stored. Can be cut off at any instant and begun again.
     *
     * @param history of the run, which is not complete; not to be used any more
     * @param results where its results are; not open. Whoever calls this closes it after the run
     * @param artifactsDirectory the one that the run had
     * @param there whether a test can be run; one that cannot, and is not done, gets a final result that says so
     */
    public static Resumption begin(
            RunModel history, Aggregator results, Path artifactsDirectory, Predicate<String> there)
            throws AggregatorException, IOException, InterruptedException {
        return new Resumption(ResumePlan.begin(history, results, artifactsDirectory, there));
    }

    /** The tests that are still to be run, in the order of the run. */
    public List<String> tests() {
        return plan.tests();
    }

    /** The tests that cannot be run any more, though they are not done. */
    public List<String> gone() {
        return plan.gone();
    }

    ResumePlan plan() {
        return plan;
    }
}
