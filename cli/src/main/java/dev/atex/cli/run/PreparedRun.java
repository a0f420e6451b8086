package dev.atex.cli.run;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.MetadataNotes;
import dev.atex.cli.selection.PlanHardware;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.selection.Strictness;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunLeases;
import dev.atex.cli.state.RunManifest;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.run.RunNote;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A run that is about to start: tests are found and options are checked. Nothing is created yet. */
public final class PreparedRun implements AutoCloseable {
    private final RunSetup setup;
    private final FmfTests tests;
    private final MetadataNotes told;
    private final Optional<String> refusal;

    private PreparedRun(RunSetup setup, FmfTests tests, MetadataNotes told, Optional<String> refusal) {
        this.setup = setup;
        this.tests = tests;
        this.told = told;
        this.refusal = refusal;
    }

    /**
     * Finds the tests, and prints notes about them.
     *
     * @param asked how they are run, on machines that may not be decided on
     * @param wanted which of those found
     * @param directory where the run is written
     * @param leftOut what the copy of the tests is not to hold
     * @param said what was told before, of another plan
     */
    static PreparedRun prepare(
            RunOptions asked,
            Predicate<String> wanted,
            RunDirectory directory,
            Path leftOut,
            Set<String> said,
            Terminal terminal)
            throws UsageException, InterruptedException {
        RunLeases leases = new RunLeases(
                terminal.environment(), directory.id(), asked.limits().reap());
        // What was asked for is looked at before trees are fetched.
        Optional<RunSetup> early = asked.machines().told()
                ? Optional.of(RunSetup.of(asked, directory, leases, terminal))
                : Optional.empty();
        directory.check();
        asked.outputs().check();
        FmfTests tests = asked.selection().discover(Optional.of(leftOut), said, terminal);
        boolean done = false;
        try {
            boolean isAnyFound = !tests.names().isEmpty();
            tests.removeIf(test -> !wanted.test(test.name()));
            if (isAnyFound && tests.names().isEmpty()) {
                throw new UsageException("none of the tests to rerun is in the tree of "
                        + asked.selection().root() + " any more");
            }
            Rules rules = Rules.of(asked, tests, said, terminal);
            boolean isAsAsked = rules.machines().equals(asked.machines());
            RunSetup setup = early.isPresent() && isAsAsked
                    ? early.get()
                    : RunSetup.of(asked.on(rules.machines()), directory, leases, terminal);
            done = true;
            return new PreparedRun(setup, tests, rules.told(), rules.refusal());
        } finally {
            if (!done) {
                close(tests);
            }
        }
    }

    /**
     * The result of the rules for metadata and for this host.
     *
     * @param told what was told
     * @param refusal why nothing may be run; only of a run that is only talked about
     */
    public record Rules(MachineChoice machines, MetadataNotes told, Optional<String> refusal) {
        /**
         * Applies the rules, and prints notes that were not printed before.
         *
         * @throws UsageException nothing may be run
         */
        public static Rules of(RunOptions asked, FmfTests tests, Set<String> said, Terminal terminal)
                throws UsageException, InterruptedException {
            return of(asked, tests, said, terminal, true);
        }

        /**
         * Applies the rules to a shell, for which order and packages of tests do not matter.
         *
         * @throws UsageException nothing may be done on such machines
         */
        public static Rules ofShell(RunOptions asked, FmfTests tests, Terminal terminal)
                throws UsageException, InterruptedException {
            return of(asked, tests, new HashSet<>(), terminal, false);
        }

        private static Rules of(
                RunOptions asked, FmfTests tests, Set<String> said, Terminal terminal, boolean runsTests)
                throws UsageException, InterruptedException {
            Strictness strictness = asked.selection().strictness();
            Optional<RunOptions.Order> order = runsTests ? Optional.of(asked.order()) : Optional.empty();
            Found found = Found.of(tests, asked.machines(), order, asked.selection());
            HostRules.Decision decision = found.decision();
            MachineChoice machines = found.machines();
            List<Finding> findings = new ArrayList<>(found.findings());
            MetadataNotes told =
                    MetadataNotes.of(tests, findings, machines, strictness).tell(said, terminal);
            told.check();
            if (!asked.dryRun()) {
                decision.check();
                if (runsTests && findings.addAll(HostRules.checkPackages(tests, machines, asked.beakerlib()))) {
                    told = MetadataNotes.of(tests, findings, machines, strictness)
                            .tell(said, terminal);
                    told.check();
                }
            }
            return new Rules(machines, told, decision.refusal());
        }
    }

    /**
     * The findings of the rules, before anything is printed or refused.
     *
     * @param findings those of the rules, besides the tests' own
     */
    public record Found(HostRules.Decision decision, MachineChoice machines, List<Finding> findings) {
        /**
         * Applies the rules.
         *
         * @param order in which tests are run; empty if none is
         * @throws UsageException no such machine can be had
         */
        public static Found of(
                FmfTests tests, MachineChoice asked, Optional<RunOptions.Order> order, SelectionOptions selection)
                throws UsageException {
            HostRules.User user = HostRules.User.current();
            HostRules.Decision decision = HostRules.decide(
                    tests.plan(), tests.names().size(), asked, selection.strictness(), user, selection::placeOf);
            MachineChoice machines = PlanHardware.in(decision.machines(), tests.plan());
            List<Finding> findings = new ArrayList<>(decision.findings());
            order.flatMap(each -> OrderNote.finding(tests, each, machines)).ifPresent(findings::add);
            HostRules.playbooks(tests.plan(), selection.strictness(), user, Ansible.isOnPath())
                    .ifPresent(findings::add);
            return new Found(decision, machines, List.copyOf(findings));
        }
    }

    List<RunNote> notes() {
        return told.notes();
    }

    RunDirectory directory() {
        return setup.directory();
    }

    /** Runs the tests; with {@code --dry-run}, prints what would run. */
    int run(Map<String, List<String>> given, Optional<RunManifest.Origin> origin)
            throws UsageException, InterruptedException {
        RunOptions options = setup.options();
        if (options.dryRun()) {
            setup.terminal().out().print(DryRun.text(options, tests, refusal, setup.terminal()));
            return refusal.isPresent() ? ExitCode.USAGE : ExitCode.OK;
        }
        RunManifest manifest = NewManifest.of(setup.directory().id(), options, given, tests.names(), origin);
        return new RunSession(setup, tests, notes(), new RunSession.Begins(manifest)).run();
    }

    @Override
    public void close() throws UsageException {
        close(tests);
    }

    private static void close(FmfTests tests) throws UsageException {
        try {
            tests.close();
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }
}
