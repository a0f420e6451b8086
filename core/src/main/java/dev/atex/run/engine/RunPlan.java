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

/** Everything a run was told before it began; see {@link OrchestratorBuilder} for the parts. */
public record RunPlan(
        String runId,
        String platform,
        List<String> tests,
        List<RunNote> notes,
        List<Source> sources,
        ExecutorFactory executorFactory,
        Function<String, Map<String, String>> environment,
        Aggregator aggregator,
        Optional<Aggregator> oldAggregator,
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

    /** The tests to be run. */
    List<String> toRun() {
        return resumption.map(ResumePlan::tests).orElse(tests);
    }

    /** How many attempts of a test were begun before. */
    int attempts(String test) {
        return resumption.isPresent() ? resumption.get().attempts(test) : 0;
    }

    /** Whether the last of them was cut off by the end of the run. */
    boolean isCutOff(String test) {
        return resumption.isPresent() && resumption.get().isCutOff(test);
    }

    /** What a run that goes on has behind it. */
    Rules.Before before() {
        return resumption.map(run -> run.before(subtests)).orElse(Rules.Before.NOTHING);
    }

    /** How many of them don't count for the rerun policy. */
    int uncounted(String test) {
        return resumption.isPresent() ? resumption.get().uncounted(test) : 0;
    }
}
