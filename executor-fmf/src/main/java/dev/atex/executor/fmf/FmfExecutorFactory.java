package dev.atex.executor.fmf;

import dev.atex.connection.Connection;
import dev.atex.executor.ExecutorFactory;
import dev.atex.executor.Subtests;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.machine.DebugSwitches;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.shell.Variables;
import dev.atex.executor.fmf.steps.PlanScripts;
import dev.atex.executor.fmf.steps.Records;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.ControlLimits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Creates executors that run the tests of an {@link FmfTests}, each on the machine behind one connection. The machine
 * needs bash 4.2, coreutils and util-linux; its connection may need {@code tar}. Thread-safe.
 */
public final class FmfExecutorFactory implements ExecutorFactory {
    private final FmfTests tests;
    private final Map<String, String> environment;
    private final ControlLimits limits;
    private final BeakerlibTests beakerlib;
    private final Subtests subtests;
    private final Map<String, ?> context;
    private final Consumer<String> abortRequests;
    private final DebugSwitches switches;
    private final boolean installs;
    private final PlanScripts.Settings steps;

    private FmfExecutorFactory(Builder builder) {
        this.tests = builder.tests;
        this.environment = Map.copyOf(builder.environment);
        this.limits = builder.limits;
        this.beakerlib = builder.beakerlib;
        this.installs = builder.installs;
        this.subtests = builder.subtests;
        this.context = Map.copyOf(builder.context);
        this.abortRequests = builder.abortRequests;
        this.switches = DebugSwitches.from(builder.switches);
        this.steps = new PlanScripts.Settings(
                Environment.of(tests.plan(), environment),
                builder.records,
                beakerlib,
                limits.maxRestarts(),
                builder.playbooks,
                Map.copyOf(builder.switches));
    }

    /** Returns a builder of executors for these tests, which must stay open as long as an executor runs. */
    public static Builder builder(FmfTests tests) {
        return new Builder(tests);
    }

    /** Creates an executor for the current tests. */
    @Override
    public ShellExecutor create(Connection connection) {
        return new FmfExecutor(
                connection, tests, steps, limits, beakerlib, subtests, context, abortRequests, switches, installs);
    }

    /** The settings of all executors. */
    public static final class Builder {
        private final FmfTests tests;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private ControlLimits limits = ControlLimits.DEFAULT;
        private BeakerlibTests beakerlib = BeakerlibTests.BY_FRAMEWORK;
        private Subtests subtests = Subtests.COUNT;
        private final Map<String, Object> context = new LinkedHashMap<>();
        private Consumer<String> abortRequests = _ -> {};
        private Map<String, String> switches = System.getenv();
        private boolean installs = true;
        private Optional<Records> records = Optional.empty();
        private boolean playbooks = true;

        private Builder(FmfTests tests) {
            this.tests = tests;
        }

        /**
         * Adds variables for tests and scripts, with precedence over those of plan and tests.
         *
         * @throws IllegalArgumentException a name or value that no environment can hold
         */
        public Builder environment(Map<String, String> variables) {
            Variables.export(variables); // for its checks
            environment.putAll(variables);
            return this;
        }

        /** Limits what one test may report; {@link ControlLimits#DEFAULT} if not set. */
        public Builder limits(ControlLimits most) {
            limits = most;
            return this;
        }

        /** Selects the tests to run as Beakerlib tests; {@link BeakerlibTests#BY_FRAMEWORK} if not set. */
        public Builder beakerlib(BeakerlibTests which) {
            beakerlib = which;
            return this;
        }

        /**
         * Counts failed subtests in outcomes that the key {@code result} of a test reads, or not; counted if not set.
         * Readers of the results decide this for all other tests.
         */
        public Builder subtests(Subtests how) {
            subtests = how;
            return this;
        }

        /** Installs missing packages that tests require, or not; yes if not set. */
        public Builder installs(boolean whatIsMissing) {
            installs = whatIsMissing;
            return this;
        }

        /** Adds dimensions, each with its values, to the context in the metadata that tests read. */
        public Builder context(Map<String, List<String>> dimensions) {
            dimensions.forEach((name, values) -> context.put(name, List.copyOf(values)));
            return this;
        }

        /**
         * Sets the listener for tests that call {@code tmt-abort}, which request that no more tests are started; none
         * if not set. It is called before the test ends, on the thread that runs it.
         */
        public Builder onAbortRequest(Consumer<String> listener) {
            abortRequests = listener;
            return this;
        }

        /**
         * Stores output of machines that belongs to no test below the directory of a run: {@code
         * machines/NAME-prepare.log} and {@code machines/NAME-finish.log}, and {@code plan-data/NAME/} with the files
         * of {@code $TMT_PLAN_DATA}. Stores nothing if not set.
         *
         * @param run exists when the first executor is made
         */
        public Builder keepIn(Path run) {
            records = Optional.of(new Records(run));
            return this;
        }

        /** Runs playbooks of Ansible, which run on this host, or not; the log of the step says so. */
        public Builder playbooks(boolean are) {
            playbooks = are;
            return this;
        }

        /** Sets the environment with the switches for debugging, instead of that of this process. */
        Builder switches(Map<String, String> variables) {
            switches = variables;
            return this;
        }

        /**
         * Creates the factory.
         *
         * @throws IllegalArgumentException a switch for debugging in this program's environment is malformed
         */
        public FmfExecutorFactory build() {
            return new FmfExecutorFactory(this);
        }
    }
}
