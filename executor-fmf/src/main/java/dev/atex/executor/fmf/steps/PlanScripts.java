package dev.atex.executor.fmf.steps;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.Script;
import dev.atex.executor.fmf.machine.SideScript;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperExit;
import dev.atex.executor.fmf.machine.WrapperRun;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Does what a plan wants before and after the tests, phase by phase. Used by one thread. */
public final class PlanScripts {
    /** The orders at which tmt installs packages of tests; here each test installs its own, unless a phase comes later. */
    private static final int REQUIRED = 70;

    private static final int RECOMMENDED = 75;

    /** The order at which Python is installed for Ansible's modules. */
    private static final int PYTHON = 30;

    private static final Duration UPLOAD = Duration.ofMinutes(30);

    private final Connection connection;
    private final FmfTests source;
    private final FmfPlan plan;
    private final Settings settings;
    private final ChangeSignal changes;
    private final BooleanSupplier cancelled;
    private final StepScript scripts;
    private int repositories;

    /**
     * The settings of all machines.
     *
     * @param environment of plan and executor
     * @param records where logs are kept
     * @param beakerlib which tests need it
     * @param maxRestarts how often in a row a script may be started again without a reboot
     * @param playbooks whether playbooks are run; they are left out if not
     * @param here the environment of this process
     */
    public record Settings(
            Environment environment,
            Optional<Records> records,
            BeakerlibTests beakerlib,
            int maxRestarts,
            boolean playbooks,
            Map<String, String> here) {}

    /**
     * Creates a runner for one machine.
     *
     * @param changes signaled when the wish for an end may have changed
     */
    public PlanScripts(
            Connection connection,
            Workspace workspace,
            FmfTests source,
            Settings settings,
            ChangeSignal changes,
            BooleanSupplier cancelled) {
        this.connection = connection;
        this.source = source;
        this.plan = source.plan();
        this.settings = settings;
        this.changes = changes;
        this.cancelled = cancelled;
        this.scripts = new StepScript(connection, workspace, changes, cancelled, settings.maxRestarts());
    }

    /** Returns the work directory after the last reboot. */
    public Workspace workspace() {
        return scripts.workspace();
    }

    /** Something that is done in its turn. */
    private record Turn(int order, Work work) {}

    @FunctionalInterface
    private interface Work {
        void on(StepLog log) throws ExecutorException, ConnectionException, InterruptedException, IOException;
    }

    /** Runs the phases before the first test. */
    public void prepare() throws ExecutorException, ConnectionException, InterruptedException {
        List<Turn> turns = turns("prepare", plan.prepare());
        if (plan.prepare().stream().anyMatch(phase -> phase.order() > REQUIRED)) {
            turns.add(new Turn(REQUIRED, log -> ofTests(log, "requires", requiredByTests())));
            turns.add(new Turn(RECOMMENDED, log -> ofTests(log, "recommends", recommendedByTests())));
        }
        run("prepare", turns);
    }

    /** Runs the phases after the last test. */
    public void finish() throws ExecutorException, ConnectionException, InterruptedException {
        run("finish", turns("finish", plan.finish()));
    }

    private List<Turn> turns(String step, List<Phase> phases) {
        List<Turn> turns = new ArrayList<>();
        for (Phase phase : phases) {
            turns.add(new Turn(phase.order(), log -> run(step, phase, log)));
        }
        if (settings.playbooks() && phases.stream().anyMatch(phase -> phase instanceof Phase.Playbooks)) {
            turns.addFirst(new Turn(PYTHON, log -> python(step, log)));
        }
        return turns;
    }

    private void run(String step, List<Turn> turns)
            throws ExecutorException, ConnectionException, InterruptedException {
        if (turns.isEmpty()) {
            return;
        }
        turns.sort(Comparator.comparingInt(Turn::order));
        try (StepLog log = StepLog.open(settings.records(), source, Records.name(connection), step)) {
            for (Turn turn : turns) {
                turn.work().on(log);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    "cannot store the output of " + step + " of the plan: " + FileProblems.of(e), e);
        }
    }

    private void run(String step, Phase phase, StepLog log)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        switch (phase) {
            case Phase.Scripts each -> scripts(step, each, log);
            case Phase.Install install -> {
                List<String> all = new ArrayList<>(install.packages());
                install.directories().forEach(directory -> all.add(directory + "/*.rpm"));
                List<String> details = new ArrayList<>();
                if (!install.copr().isEmpty()) {
                    details.add("Copr: " + String.join(", ", install.copr()));
                }
                if (!all.isEmpty()) {
                    details.add("Packages: " + String.join(", ", all));
                }
                side(
                        step,
                        phase,
                        "the installation of packages",
                        Script.ofInstall(workspace(), install),
                        String.join("\n", details),
                        log);
            }
            case Phase.Features features ->
                side(
                        step,
                        phase,
                        "the set-up of features",
                        Script.ofFeatures(workspace(), features),
                        "Features: "
                                + features.features().keySet().stream()
                                        .sorted()
                                        .reduce((a, b) -> a + ", " + b)
                                        .orElse("none"),
                        log);
            case Phase.Playbooks playbooks -> playbooks(step, playbooks, log);
        }
    }

    private void scripts(String step, Phase.Scripts phase, StepLog log)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        if (phase.repository().isPresent()) {
            String name = "TMT_" + step.toUpperCase(Locale.ROOT) + "_SHELL_URL_REPOSITORY";
            variables.put(name, uploaded(phase.repository().get()));
        }
        int count = phase.scripts().size();
        for (int i = 0; i < count; i++) {
            String text = phase.scripts().get(i);
            String what = count == 1 ? "its script" : "script " + (i + 1) + " of " + count;
            log.say("== " + step + ", phase '" + phase.name() + "', " + what);
            long from = log.size();
            WrapperExit end = scripts.run(step, text, variables, log.file());
            check(step, phase, what, end, "Script:\n" + text.stripTrailing(), log, from);
        }
    }

    private String uploaded(Phase.Repository repository)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        Path copy = source.repository(repository);
        String to = workspace().file("repositories/" + ++repositories);
        connection.upload(copy, to, Deadline.after(UPLOAD));
        return to;
    }

    /** Runs a script of our own that does a phase. */
    private void side(String step, Phase phase, String what, String script, String details, StepLog log)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        log.say("== " + step + ", phase '" + phase.name() + "', " + what);
        long from = log.size();
        WrapperExit end = sideScript().run(step, script, WrapperRun.UNLIMITED, log.file());
        check(step, phase, what, end, details, log, from);
    }

    private SideScript sideScript() {
        return new SideScript(connection, workspace(), changes, cancelled);
    }

    private void check(String step, Phase phase, String what, WrapperExit end, String details, StepLog log, long from)
            throws ExecutorException, ConnectionException, IOException {
        String how = switch (end) {
            case WrapperExit.Exited(int code) -> code == 0 ? "" : "failed with exit code " + code;
            case WrapperExit.Cancelled() -> throw new ExecutorException("cancel requested");
            case WrapperExit.Lost(ConnectionException cause) -> throw cause;
            case WrapperExit.Unexpected(int code) -> "was ended from outside (wrapper: " + code + ")";
            case WrapperExit.Disconnected(), WrapperExit.TimedOut(), WrapperExit.Malformed(var _) ->
                throw new IllegalStateException("a script of a plan ended with " + end);
        };
        if (!how.isEmpty()) {
            throw failure(step, phase, what, how, details, log, from);
        }
    }

    private ExecutorException failure(
            String step, Phase phase, String what, String how, String details, StepLog log, long from)
            throws IOException {
        String output = SideScript.tail(log.file(), from);
        return new StepFailure(step, plan.name(), phase.name(), what, how, details, output).asException();
    }

    // ---- packages of tests

    private List<String> requiredByTests() {
        Set<String> all = new LinkedHashSet<>();
        for (FmfTest test : source.tests()) {
            if (test.mistake().isEmpty()) {
                all.addAll(settings.beakerlib().requires(test));
            }
        }
        return List.copyOf(all);
    }

    private List<String> recommendedByTests() {
        Set<String> all = new LinkedHashSet<>();
        for (FmfTest test : source.tests()) {
            if (test.mistake().isEmpty()) {
                all.addAll(settings.beakerlib().recommends(test));
            }
        }
        return List.copyOf(all);
    }

    /** Installs packages of tests. A package that is missing fails the tests that need it, later. */
    private void ofTests(StepLog log, String verb, List<String> packages)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        if (packages.isEmpty()) {
            return;
        }
        log.say("== prepare, what tests " + (verb.equals("requires") ? "require" : "recommend"));
        WrapperExit end = sideScript()
                .run("prepare", Script.ofPackages(workspace(), List.of(), packages), WrapperRun.UNLIMITED, log.file());
        switch (end) {
            case WrapperExit.Cancelled() -> throw new ExecutorException("cancel requested");
            case WrapperExit.Lost(ConnectionException cause) -> throw cause;
            default -> {}
        }
    }

    // ---- Ansible

    private AnsibleAccess access(String step, Phase.Playbooks phase) throws ExecutorException {
        return connection
                .ansible()
                .orElseThrow(() -> new ExecutorException(step + " of plan '" + plan.name() + "', phase '" + phase.name()
                        + "': Ansible cannot reach " + Records.name(connection)
                        + ": use machines of another provisioner, or --allow " + Ansible.KIND
                        + " to leave playbooks out"));
    }

    private void python(String step, StepLog log)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        Optional<AnsibleAccess> access = connection.ansible();
        if (access.isEmpty() || access.get().isLocal()) {
            return; // Ansible itself runs there
        }
        String script = "[[ -x /usr/bin/python3 ]] || {\n"
                + Script.ofPackages(workspace(), List.of("python3"), List.of()) + "}\n";
        log.say("== " + step + ", python3 for Ansible");
        long from = log.size();
        WrapperExit end = sideScript().run(step, script, WrapperRun.UNLIMITED, log.file());
        Phase ansible = new Phase.Playbooks("ansible", PYTHON, List.of(), List.of());
        check(step, ansible, "the installation of python3, which Ansible's modules need,", end, "", log, from);
    }

    private void playbooks(String step, Phase.Playbooks phase, StepLog log)
            throws ExecutorException, ConnectionException, InterruptedException, IOException {
        log.say("== " + step + ", phase '" + phase.name() + "', playbooks");
        if (!settings.playbooks()) {
            log.say("left out: " + String.join(", ", phase.playbooks()));
            return;
        }
        Path program = Ansible.find(settings.here())
                .orElseThrow(() -> new ExecutorException(step + " of plan '" + plan.name() + "', phase '" + phase.name()
                        + "': there is no ansible-playbook on the PATH of this host: install ansible-core"));
        AnsibleAccess access = access(step, phase);
        for (String playbook : phase.playbooks()) {
            log.say("-- playbook " + playbook);
            long from = log.size();
            PlaybookRun run = new PlaybookRun(program, access, plan.guest().name(), source, log);
            int code = run.run(
                    playbook, phase.extraArguments(), settings.environment().here(), changes, cancelled);
            if (code != 0) {
                String hint = run.hint(SideScript.tail(log.file(), from));
                throw failure(step, phase, "playbook " + playbook, "failed with exit code " + code, hint, log, from);
            }
        }
    }
}
