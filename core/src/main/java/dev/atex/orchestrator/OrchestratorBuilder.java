package dev.atex.orchestrator;

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
import dev.atex.run.engine.RunPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link AdHocOrchestrator}. Tests, a provisioner, an executor factory, an aggregator and an artifacts directory
 * are required. Used by one thread.
 */
public final class OrchestratorBuilder {

    private String runId = UUID.randomUUID().toString();
    private String platform = "default";
    private final List<String> tests = new ArrayList<>();
    private final List<RunNote> notes = new ArrayList<>();
    private final List<Provisioner> provisioners = new ArrayList<>();
    private @Nullable ExecutorFactory executorFactory;
    private Function<String, Map<String, String>> environment = test -> Map.of();
    private @Nullable Aggregator aggregator;
    private @Nullable Path artifactsDirectory;
    private boolean keepSuperseded;
    private boolean ensureResults = true;
    private Subtests subtests = Subtests.COUNT;
    private final List<RunListener> listeners = new ArrayList<>();
    private RerunPolicy rerun = RerunPolicy.never();
    private DestructivePolicy destructive = DestructivePolicy.onNonZeroExit();
    private int maxSpares;
    private boolean oneMachine;
    private TestOrder order = TestOrder.given();
    private Function<String, Duration> longest = test -> Duration.ZERO;
    private int maxFailedSetups = 10;
    private int maxFailed;
    private AfterTest afterTest = AfterTest.NOTHING;
    private int prepareTries = 3;
    private int prepareMachines = 2;
    private Limits limits = Limits.defaults();
    private InstantSource clock = InstantSource.system();
    private @Nullable Resumption resumption;

    OrchestratorBuilder() {}

    /** Sets the unique id of the run, for its log; random by default. */
    public OrchestratorBuilder runId(String id) {
        runId = id;
        return this;
    }

    /** Sets the label of the pool, which is part of every result; {@code "default"} by default. */
    public OrchestratorBuilder platform(String label) {
        platform = label;
        return this;
    }

    /** Adds names of tests to run, each once. */
    public OrchestratorBuilder tests(Collection<String> names) {
        tests.addAll(names);
        return this;
    }

    /** Adds notes about the run for its log. */
    public OrchestratorBuilder notes(Collection<RunNote> said) {
        notes.addAll(said);
        return this;
    }

    /** Adds a provisioner, which the run starts, uses and stops. */
    public OrchestratorBuilder provisioner(Provisioner source) {
        provisioners.add(source);
        return this;
    }

    /** Sets the factory that creates the executor of each machine. */
    public OrchestratorBuilder executorFactory(ExecutorFactory factory) {
        executorFactory = factory;
        return this;
    }

    /** Sets the function that returns variables for a test, which override all others; called in the test's thread before each attempt. */
    public OrchestratorBuilder environment(Function<String, Map<String, String>> byTest) {
        environment = byTest;
        return this;
    }

    /** Sets the output for results. The caller closes it after the run. */
    public OrchestratorBuilder aggregator(Aggregator results) {
        aggregator = results;
        return this;
    }

    /**
     * Sets the directory for the artifacts of attempts, {@code <test>/<attempt>}. Created when needed. When the run is
     * complete, artifacts that were stored are removed.
     */
    public OrchestratorBuilder artifactsDirectory(Path directory) {
        artifactsDirectory = directory;
        return this;
    }

    /** Sets whether superseded attempts are kept in place; false by default. */
    public OrchestratorBuilder keepSuperseded(boolean keep) {
        keepSuperseded = keep;
        return this;
    }

    /**
     * Sets whether a test that ended by itself gets a result, pass or fail by its exit code, if its executor reported none
     * for the test itself. True by default; false is for aggregators that ignore results.
     */
    public OrchestratorBuilder ensureResults(boolean ensure) {
        ensureResults = ensure;
        return this;
    }

    /** Sets whether failed subtests make their test fail; they do by default. */
    public OrchestratorBuilder subtests(Subtests how) {
        subtests = how;
        return this;
    }

    /** Adds a listener for all events. */
    public OrchestratorBuilder listener(RunListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Sets which failed tests are rerun; none by default. */
    public OrchestratorBuilder rerun(RerunPolicy policy) {
        rerun = policy;
        return this;
    }

    /** Sets which tests use their machine up; by default those with a non-zero exit code. */
    public OrchestratorBuilder destructive(DestructivePolicy policy) {
        destructive = policy;
        return this;
    }

    /** Sets how many machines are kept for reruns when the queue is empty; 0 by default. */
    public OrchestratorBuilder maxSpares(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxSpares must not be negative: " + max);
        }
        maxSpares = max;
        return this;
    }

    /** Sets whether the run uses only one machine at a time, and so runs one test at a time; false by default. */
    public OrchestratorBuilder oneMachine(boolean only) {
        oneMachine = only;
        return this;
    }

    /** Sets the order of tests; the given one by default. */
    public OrchestratorBuilder order(TestOrder policy) {
        order = policy;
        return this;
    }

    /**
     * Sets the function that returns the longest duration of a test, including its preparation on the machine. A machine with
     * a limited lifetime runs only tests that end in time. Zero, the default, means unknown.
     */
    public OrchestratorBuilder longest(Function<String, Duration> byTest) {
        longest = byTest;
        return this;
    }

    /** Sets how many failed set-ups are replaced by another machine; one more ends the run. 10 by default. */
    public OrchestratorBuilder maxFailedSetups(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailedSetups must not be negative: " + max);
        }
        maxFailedSetups = max;
        return this;
    }

    /**
     * Sets after how many failed tests no more tests start: running tests continue to their end, the others get a {@code
     * skip} result with the reason. A test counts as failed if its last attempt failed and it is not rerun. 0, the default,
     * means no limit.
     */
    public OrchestratorBuilder maxFailed(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailed must not be negative: " + max);
        }
        maxFailed = max;
        return this;
    }

    /** Sets the hook that runs after each attempt, before its machine is used for another test; none by default. */
    public OrchestratorBuilder afterTest(AfterTest hook) {
        afterTest = hook;
        return this;
    }

    /**
     * Sets how often a set-up may fail in the same way on machines of one provisioner, without a success, before the run stops
     * using the provisioner: such a failure is not the machine's fault. At least 1; 3 by default.
     */
    public OrchestratorBuilder prepareTries(int tries) {
        if (tries < 1) {
            throw new IllegalArgumentException("prepareTries must be at least 1: " + tries);
        }
        prepareTries = tries;
        return this;
    }

    /**
     * Sets on how many machines a set-up may fail in the same way, before the run stops using the provisioner. Names that
     * differ only in {@code #} and a number are the same machine. At least 1; 2 by default.
     */
    public OrchestratorBuilder prepareMachines(int machines) {
        if (machines < 1) {
            throw new IllegalArgumentException("prepareMachines must be at least 1: " + machines);
        }
        prepareMachines = machines;
        return this;
    }

    /** Sets the limits of all waits. */
    public OrchestratorBuilder limits(Limits waits) {
        limits = waits;
        return this;
    }

    /** Sets the wall clock for the log. */
    public OrchestratorBuilder clock(InstantSource wallClock) {
        clock = wallClock;
        return this;
    }

    /**
     * Resumes a run: replaces the id, the platform, the tests and the aggregator by those of that run.
     * Times continue where they ended; the limit for the run starts again.
     */
    public OrchestratorBuilder resume(Resumption earlier) {
        resumption = earlier;
        runId = earlier.plan().history().runId();
        platform = earlier.plan().history().platform();
        tests.clear();
        tests.addAll(earlier.plan().history().names());
        aggregator = earlier.aggregator();
        return this;
    }

    /**
     * Creates the orchestrator for one run.
     *
     * @throws IllegalStateException if a required part is missing
     * @throws IllegalArgumentException if a test was given twice
     */
    public AdHocOrchestrator build() {
        return new AdHocOrchestrator(plan());
    }

    private RunPlan plan() {
        Set<String> names = HashSet.newHashSet(tests.size());
        for (String test : tests) {
            if (!names.add(test)) {
                throw new IllegalArgumentException("test '" + test + "' was given twice; names must be unique");
            }
        }
        if (provisioners.isEmpty()) {
            throw new IllegalStateException("no provisioner was given");
        }
        Set<String> provisionerNames = new HashSet<>();
        List<RunPlan.Source> sources = new ArrayList<>();
        for (Provisioner provisioner : provisioners) {
            String name = provisioner.name();
            String unique = name;
            for (int n = 2; !provisionerNames.add(unique); n++) {
                unique = name + "#" + n;
            }
            sources.add(new RunPlan.Source(unique, provisioner));
        }
        return new RunPlan(
                runId,
                platform,
                List.copyOf(tests),
                List.copyOf(notes),
                sources,
                required(executorFactory, "executorFactory"),
                environment,
                required(aggregator, "aggregator"),
                required(artifactsDirectory, "artifactsDirectory"),
                keepSuperseded,
                ensureResults,
                subtests,
                List.copyOf(listeners),
                rerun,
                destructive,
                order,
                longest,
                maxSpares,
                maxFailedSetups,
                maxFailed,
                afterTest,
                prepareTries,
                prepareMachines,
                oneMachine,
                limits,
                clock,
                Optional.ofNullable(resumption).map(Resumption::plan));
    }

    private static <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalStateException("no " + what + " was given");
        }
        return value;
    }
}
