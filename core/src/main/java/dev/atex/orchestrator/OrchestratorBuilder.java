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
 * What every orchestrator needs to know. Tests, an executor factory, an aggregator and an artifacts directory must be
 * given. Used by one thread.
 *
 * @param <B> the builder's own type
 */
public abstract sealed class OrchestratorBuilder<B extends OrchestratorBuilder<B>>
        permits AdHocOrchestrator.Builder, SimpleOrchestrator.Builder {

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

    abstract B self();

    /** A unique name of the run, for its log; random unless given. */
    public B runId(String id) {
        runId = id;
        return self();
    }

    /** The label of the pool, part of every result; {@code "default"} unless given. */
    public B platform(String label) {
        platform = label;
        return self();
    }

    /** The names of the tests to run, each once; adds to those given before. */
    public B tests(Collection<String> names) {
        tests.addAll(names);
        return self();
    }

    /** What was said of the run before, for its log; adds to those given before. */
    public B notes(Collection<RunNote> said) {
        notes.addAll(said);
        return self();
    }

    /** A source of machines, to be started, asked and stopped by the run; several may be given. */
    public B provisioner(Provisioner source) {
        provisioners.add(source);
        return self();
    }

    /** Makes the executor for each machine. */
    public B executorFactory(ExecutorFactory factory) {
        executorFactory = factory;
        return self();
    }

    /** Variables for a test, over all others; called in the test's thread before each attempt. */
    public B environment(Function<String, Map<String, String>> byTest) {
        environment = byTest;
        return self();
    }

    /** Where results go. Open already; whoever opened it closes it after the run. */
    public B aggregator(Aggregator results) {
        aggregator = results;
        return self();
    }

    /** Where attempts go that a rerun supersedes. Open already, closed by whoever opened it. */
    public B oldAggregator(Aggregator results) {
        oldAggregator = results;
        return self();
    }

    /**
     * The directory below which each attempt has its artifacts, {@code <test>/<attempt>}, until they are ingested. Made
     * when needed.
     */
    public B artifactsDirectory(Path directory) {
        artifactsDirectory = directory;
        return self();
    }

    /** Whether superseded attempts are left where they are, when there is no {@link #oldAggregator}; else dropped. */
    public B keepSuperseded(boolean keep) {
        keepSuperseded = keep;
        return self();
    }

    /**
     * Whether a test that came to its own end, and whose executor reported no result for the test itself, gets one: pass
     * or fail by its exit code. On unless said otherwise; off for aggregators that don't look at results.
     */
    public B ensureResults(boolean ensure) {
        ensureResults = ensure;
        return self();
    }

    /** Whether subtests that failed make their test fail; they do unless said otherwise. */
    public B subtests(Subtests how) {
        subtests = how;
        return self();
    }

    /** Is told every event; several may be given. */
    public B listener(RunListener listener) {
        listeners.add(listener);
        return self();
    }

    /** Which failed tests are run again; none unless given. */
    public B rerun(RerunPolicy policy) {
        rerun = policy;
        return self();
    }

    /** Which test is next; as given unless said otherwise. */
    public B order(TestOrder policy) {
        order = policy;
        return self();
    }

    /**
     * How long a test may take, with all that it does on its machine: on one that is lent for a while it is begun only if it will
     * have ended by then. Zero if that is not known, as it is unless given.
     */
    public B longest(Function<String, Duration> byTest) {
        longest = byTest;
        return self();
    }

    /** How many failed set-ups are made up for by another machine; one more ends the run. 10 unless given. */
    public B maxFailedSetups(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailedSetups must not be negative: " + max);
        }
        maxFailedSetups = max;
        return self();
    }

    /**
     * After how many failed tests no other is begun: those that run go on to their end, the others get a {@code skip} result that
     * says why. A test has failed when it is not run again, and its last attempt failed. 0, as it is unless given, for no limit.
     */
    public B maxFailed(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("maxFailed must not be negative: " + max);
        }
        maxFailed = max;
        return self();
    }

    /** Is called after each attempt, before its machine is used for something else; nothing is unless given. */
    public B afterTest(AfterTest hook) {
        afterTest = hook;
        return self();
    }

    /**
     * How often a set-up may fail in the same way on machines of one provisioner, if none of them could be set up yet, before
     * nothing more is asked of it: what fails the same way everywhere is not the machine's fault. At least 1; 3 unless given.
     */
    public B prepareTries(int tries) {
        if (tries < 1) {
            throw new IllegalArgumentException("prepareTries must be at least 1: " + tries);
        }
        prepareTries = tries;
        return self();
    }

    /**
     * On how many machines it may do so, which counts too: what fails the same way on a second machine will on a third. Uses of one
     * machine have one name, perhaps with {@code #} and a number behind it. At least 1; 2 unless given.
     */
    public B prepareMachines(int machines) {
        if (machines < 1) {
            throw new IllegalArgumentException("prepareMachines must be at least 1: " + machines);
        }
        prepareMachines = machines;
        return self();
    }

    /** How long the run waits for what. */
    public B limits(Limits waits) {
        limits = waits;
        return self();
    }

    /** The wall clock, for the log. */
    public B clock(InstantSource wallClock) {
        clock = wallClock;
        return self();
    }

    /**
     * Goes on with a run: the identifier, the platform and the tests are that run's, whatever was given for them, and the
     * aggregator is the one that was resumed. Times go on where they ended; the limit for the run begins anew.
     */
    public B resume(Resumption earlier) {
        resumption = earlier;
        runId = earlier.plan().history().runId();
        platform = earlier.plan().history().platform();
        tests.clear();
        tests.addAll(earlier.plan().history().names());
        return self();
    }

    RunPlan plan(DestructivePolicy destructive, int maxSpares, boolean oneByOne) {
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
                oneByOne,
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
