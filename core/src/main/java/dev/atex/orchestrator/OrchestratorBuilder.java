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
    private @Nullable Aggregator oldAggregator;
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

    /** A unique name of the run, for its log; random unless given. */
    public OrchestratorBuilder runId(String id) {
        runId = id;
        return this;
    }

    /** The label of the pool, part of every result; {@code "default"} unless given. */
    public OrchestratorBuilder platform(String label) {
        platform = label;
        return this;
    }

    /** The names of the tests to run, each once; adds to those given before. */
    public OrchestratorBuilder tests(Collection<String> names) {
        tests.addAll(names);
        return this;
    }

    /** What was said of the run before, for its log; adds to those given before. */
    public OrchestratorBuilder notes(Collection<RunNote> said) {
        notes.addAll(said);
        return this;
    }

    /** A source of machines, to be started, asked and stopped by the run; several may be given. */
    public OrchestratorBuilder provisioner(Provisioner source) {
        provisioners.add(source);
        return this;
    }

    /** Makes the executor for each machine. */
    public OrchestratorBuilder executorFactory(ExecutorFactory factory) {
        executorFactory = factory;
        return this;
    }

    /** Variables for a test, over all others; called in the test's thread before each attempt. */
    public OrchestratorBuilder environment(Function<String, Map<String, String>> byTest) {
        environment = byTest;
        return this;
    }

    /** Where results go. Open already; whoever opened it closes it after the run. */
    public OrchestratorBuilder aggregator(Aggregator results) {
        aggregator = results;
        return this;
    }

    /** Where attempts go that a rerun supersedes. Open already, closed by whoever opened it. */
    public OrchestratorBuilder oldAggregator(Aggregator results) {
        oldAggregator = results;
        return this;
    }

    /**
     * The directory below which each attempt has its artifacts, {@code <test>/<attempt>}, until they are ingested. Made
     * when needed.
     */
    public OrchestratorBuilder artifactsDirectory(Path directory) {
        artifactsDirectory = directory;
        return this;
    }

    /** Whether superseded attempts are left where they are, when there is no {@link #oldAggregator}; else dropped. */
    public OrchestratorBuilder keepSuperseded(boolean keep) {
        keepSuperseded = keep;
        return this;
    }

    /**
     * Whether a test that came to its own end, and whose executor reported no result for the test itself, gets one: pass
     * or fail by its exit code. On unless said otherwise; off for aggregators that don't look at results.
     */
    public OrchestratorBuilder ensureResults(boolean ensure) {
        ensureResults = ensure;
        return this;
    }

    /** Whether subtests that failed make their test fail; they do unless said otherwise. */
    public OrchestratorBuilder subtests(Subtests how) {
        subtests = how;
        return this;
    }

    /** Is told every event; several may be given. */
    public OrchestratorBuilder listener(RunListener listener) {
        listeners.add(listener);
        return this;
    }

    /** Which failed tests are run again; none unless given. */
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

    /** Which test is next; as given unless said otherwise. */
    public OrchestratorBuilder order(TestOrder policy) {
        order = policy;
        return this;
    }

    /**
     * How long a test may take, with all that it does on its machine: on one that is lent for a while it is begun only if it will
     * have ended by then. Zero if that is not known, as it is unless given.
     */
    public OrchestratorBuilder longest(Function<String, Duration> byTest) {
        longest = byTest;
        return this;
    }

    /** How many failed set-ups are made up for by another machine; one more ends the run. 10 unless given. */
    public OrchestratorBuilder maxFailedSetups(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailedSetups must not be negative: " + max);
        }
        maxFailedSetups = max;
        return this;
    }

    /**
     * After how many failed tests no other is begun: those that run go on to their end, the others get a {@code skip} result that
     * says why. A test has failed when it is not run again, and its last attempt failed. 0, as it is unless given, for no limit.
     */
    public OrchestratorBuilder maxFailed(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailed must not be negative: " + max);
        }
        maxFailed = max;
        return this;
    }

    /** Is called after each attempt, before its machine is used for something else; nothing is unless given. */
    public OrchestratorBuilder afterTest(AfterTest hook) {
        afterTest = hook;
        return this;
    }

    /**
     * How often a set-up may fail in the same way on machines of one provisioner, if none of them could be set up yet, before
     * nothing more is asked of it: what fails the same way everywhere is not the machine's fault. At least 1; 3 unless given.
     */
    public OrchestratorBuilder prepareTries(int tries) {
        if (tries < 1) {
            throw new IllegalArgumentException("prepareTries must be at least 1: " + tries);
        }
        prepareTries = tries;
        return this;
    }

    /**
     * On how many machines it may do so, which counts too: what fails the same way on a second machine will on a third. Uses of one
     * machine have one name, perhaps with {@code #} and a number behind it. At least 1; 2 unless given.
     */
    public OrchestratorBuilder prepareMachines(int machines) {
        if (machines < 1) {
            throw new IllegalArgumentException("prepareMachines must be at least 1: " + machines);
        }
        prepareMachines = machines;
        return this;
    }

    /** How long the run waits for what. */
    public OrchestratorBuilder limits(Limits waits) {
        limits = waits;
        return this;
    }

    /** The wall clock, for the log. */
    public OrchestratorBuilder clock(InstantSource wallClock) {
        clock = wallClock;
        return this;
    }

    /**
     * Goes on with a run: the identifier, the platform and the tests are that run's, whatever was given for them, and the
     * aggregator is the one that was resumed. Times go on where they ended; the limit for the run begins anew.
     */
    public OrchestratorBuilder resume(Resumption earlier) {
        resumption = earlier;
        runId = earlier.plan().history().runId();
        platform = earlier.plan().history().platform();
        tests.clear();
        tests.addAll(earlier.plan().history().names());
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
                Optional.ofNullable(oldAggregator),
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
