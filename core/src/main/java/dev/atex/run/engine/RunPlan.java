package dev.atex.run.engine;

import dev.atex.aggregator.Aggregator;
import dev.atex.executor.ExecutorFactory;
import dev.atex.executor.Subtests;
import dev.atex.provisioner.Provisioner;
import dev.atex.run.AfterTest;
import dev.atex.run.DestructivePolicy;
import dev.atex.run.Limits;
import dev.atex.run.RerunPolicy;
import dev.atex.run.RunListener;
import dev.atex.run.RunNote;
import dev.atex.run.TestOrder;
import dev.atex.run.schedule.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The checked and complete configuration of a run, from {@code OrchestratorBuilder}, which explains its parts. */
public record RunPlan(
        String runId,
        String platform,
        List<String> tests,
        List<RunNote> notes,
        List<Source> sources,
        ExecutorFactory executorFactory,
        Function<String, Map<String, String>> environment,
        Aggregator aggregator,
        Path artifactsDirectory,
        boolean keepSuperseded,
        boolean ensureResults,
        Subtests subtests,
        List<RunListener> listeners,
        RerunPolicy rerun,
        DestructivePolicy destructive,
        TestOrder order,
        Function<String, Duration> longest,
        int maxSpares,
        int maxFailedSetups,
        int maxFailed,
        AfterTest afterTest,
        int prepareTries,
        int prepareMachines,
        boolean oneByOne,
        Limits limits,
        InstantSource clock,
        Optional<ResumePlan> resumption) {

    /** A provisioner under a name that is unique in the run. */
    public record Source(String name, Provisioner provisioner) {}

    /** Returns the tests to run. */
    List<String> toRun() {
        return resumption.map(ResumePlan::tests).orElse(tests);
    }

    /** Returns the number of attempts of a test in earlier sessions; 0 without any. */
    int attempts(String test) {
        return resumption.isPresent() ? resumption.get().attempts(test) : 0;
    }

    /** Returns whether the end of a session cut off the last attempt of a test. */
    boolean isCutOff(String test) {
        return resumption.isPresent() && resumption.get().isCutOff(test);
    }

    /** Returns the outcome of earlier sessions. */
    Rules.Before before() {
        return resumption.map(run -> run.before(subtests)).orElse(Rules.Before.NOTHING);
    }

    /** Returns the number of earlier attempts that do not count for the rerun policy. */
    int uncounted(String test) {
        return resumption.isPresent() ? resumption.get().uncounted(test) : 0;
    }
}
