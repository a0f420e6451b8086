package dev.atex.orchestrator;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.RegularFiles;
import dev.atex.run.engine.ResumePlan;
import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Prepares an interrupted or killed run for {@link OrchestratorBuilder#resume}: puts its output in order, stores the
 * results that tests left behind, and finds the tests that are still to be run.
 */
public final class Resumption {
    private final ResumePlan plan;

    private Resumption(ResumePlan plan) {
        this.plan = plan;
    }

    /**
     * Opens the output and stores what is left to be stored. Can be cut off at any instant and repeated.
     *
     * @param history the model of the run, which is not complete; do not use it afterwards
     * @param results the file of its results
     * @param files the directory of the files of its tests
     * @param artifactsDirectory the directory for artifacts that the run had
     * @param available returns true if a test can be run; a test that is not done and not available gets a final result
     *     that says so
     */
    public static Resumption begin(
            RunModel history, Path results, Path files, Path artifactsDirectory, Predicate<String> available)
            throws AggregatorException, IOException, InterruptedException {
        return new Resumption(ResumePlan.begin(history, results, files, artifactsDirectory, available));
    }

    /**
     * The same for programs, which have the log of the run and not its model.
     *
     * @param events the event log of the run
     * @throws NoSuchFileException if there is no log; the output does not change
     * @throws IllegalArgumentException if the run is complete, or the log does not contain its start; the output does not
     *     change
     */
    public static Resumption begin(
            Path events, Path results, Path files, Path artifactsDirectory, Predicate<String> available)
            throws AggregatorException, IOException, InterruptedException {
        if (!RegularFiles.is(events)) { // without events, it would be a run without tests
            RegularFiles.check(events);
            throw new NoSuchFileException(events.toString());
        }
        RunModel history = new RunModel().read(events);
        if (history.isEmpty()) {
            throw new IllegalArgumentException(
                    "the log " + events + " does not contain the start of the run: run its tests in a new run");
        }
        if (history.isComplete()) {
            throw new IllegalArgumentException("the run in " + events + " is complete: there is nothing to resume");
        }
        return begin(history, results, files, artifactsDirectory, available);
    }

    /**
     * Finishes the removal of stored artifacts of a complete run, whose process ended during it. Artifacts of which a file is
     * not in the output stay.
     *
     * @param history the model of the run, which is complete
     * @param files the directory of the files of its tests
     * @param artifactsDirectory the directory for artifacts that the run had
     * @param deadline the end of the removal; the rest stays
     * @return problems
     * @throws IllegalArgumentException if the run is not complete
     */
    public static List<String> removeStored(RunModel history, Path files, Path artifactsDirectory, Deadline deadline)
            throws IOException, InterruptedException {
        return ResumePlan.removeStored(history, files, artifactsDirectory, deadline);
    }

    /** Returns the output, which is open. The caller closes it after the run. */
    public Aggregator aggregator() {
        return plan.aggregator();
    }

    /** Returns the tests that are still to be run, in the order of the run. */
    public List<String> tests() {
        return plan.tests();
    }

    /** Returns the tests that are not done and not available. */
    public List<String> gone() {
        return plan.gone();
    }

    ResumePlan plan() {
        return plan;
    }
}
