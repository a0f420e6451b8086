package dev.atex.cli.run;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.Strictness;
import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.HostPackages;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.findings.Finding.Severity;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.internal.text.Count;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Decides on which machine tests run when the user has not said so. What would prepare or change this host is only done
 * there when the user has said so; see docs/decisions/0178.
 */
public final class HostRules {
    private static final Duration PACKAGES = Duration.ofMinutes(2);
    private static final String WAYS = "Give --provision local (or set " + MachineChoice.VARIABLE
            + "=local) to allow it, or --provision podman,image=IMAGE for a container.";

    private final FmfPlan plan;
    private final MachineChoice asked;
    private final List<String> allowed;
    private final boolean root;
    private final UnaryOperator<String> placeOf;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * The decision.
     *
     * @param machines where the tests run; as asked for if nothing may be run
     * @param findings what users are told
     * @param refusal why nothing may be run
     */
    public record Decision(MachineChoice machines, List<Finding> findings, Optional<String> refusal) {
        public Decision {
            findings = List.copyOf(findings);
        }

        /** Checks whether tests may run. */
        void check() throws UsageException {
            if (refusal.isPresent()) {
                throw new UsageException(refusal.get());
            }
        }
    }

    private HostRules(
            FmfPlan plan, MachineChoice asked, Strictness strictness, boolean root, UnaryOperator<String> placeOf) {
        this.placeOf = placeOf;
        this.plan = plan;
        this.asked = asked;
        this.root = root;
        allowed = strictness.allowed();
    }

    /** The user of this process, as messages name them. */
    record User(String name, boolean root) {
        static User current() {
            return new User(System.getProperty("user.name", "you"), dev.atex.internal.files.Users.isRoot());
        }
    }

    /** Returns the finding about playbooks, which run on this host. */
    static Optional<Finding> playbooks(FmfPlan plan, Strictness strictness, User user, boolean isOnPath) {
        if (!user.root() || strictness.playbooks() || Ansible.steps(plan) == 0 || !isOnPath) {
            return Optional.empty();
        }
        return Optional.of(new Finding(
                Severity.REFUSED,
                Ansible.KIND,
                "plan '" + plan.name() + "' runs playbooks of Ansible, which can have tasks for this host, as root:"
                        + " --ansible runs them, --allow " + Ansible.KIND + " leaves them out",
                Optional.empty()));
    }

    /**
     * Decides according to the plan.
     *
     * @param plan of the tests that are to be run
     * @param tests how many these are
     * @param asked what the user has said about machines
     * @param placeOf where a plan is written, for messages
     */
    static Decision decide(
            FmfPlan plan,
            int tests,
            MachineChoice asked,
            Strictness strictness,
            User user,
            UnaryOperator<String> placeOf)
            throws UsageException {
        HostRules rules = new HostRules(plan, asked, strictness, user.root(), placeOf);
        return asked.told() ? rules.told() : rules.untold(tests, user);
    }

    private Decision told() throws UsageException {
        switch (plan.machine()) {
            case PlanMachine.Unspecified() -> {}
            case PlanMachine.ThisHost() -> {
                if (!asked.isThisHost()) {
                    notUsed("this host");
                }
            }
            case PlanMachine.Mapped(String text) -> {
                ProvisionerSpec spec = MachineChoice.parse(where(), text);
                if (!asked.specs().contains(spec)) {
                    notUsed(text);
                }
            }
            case PlanMachine.Unavailable(String kind, String text) -> {
                if (kind.equals("multihost") && !allowed.contains(kind)) {
                    return refuse(where() + text
                            + " [multihost]\nTo run all of it on one machine nonetheless: --allow multihost");
                }
                find(kind, "the plan's machine is not used, as " + asked + " was asked for: " + text.split("; ", 2)[0]);
            }
        }
        return new Decision(asked, findings, Optional.empty());
    }

    private void notUsed(String machine) {
        find("machine", "the plan's machine (" + machine + ") is not used, as " + asked + " was asked for");
    }

    private Decision untold(int tests, User user) throws UsageException {
        return switch (plan.machine()) {
            case PlanMachine.Mapped(String text) -> {
                ProvisionerSpec spec = MachineChoice.parse(where(), text);
                yield spec.kind().equals(MachineChoice.LOCAL) || OwnHostNames.isNamedBy(spec)
                        ? here(spec, tests, user)
                        : on(spec);
            }
            case PlanMachine.Unavailable(String kind, String text) ->
                refuse(where() + text + " [" + kind
                        + "]\nIt is not run on another machine unless that is asked for: give --provision, or set "
                        + MachineChoice.VARIABLE + ".");
            case PlanMachine.Unspecified(), PlanMachine.ThisHost() ->
                here(new ProvisionerSpec(MachineChoice.LOCAL, java.util.Map.of()), tests, user);
        };
    }

    private Decision here(ProvisionerSpec spec, int tests, User user) {
        boolean prepares = !plan.prepare().isEmpty() || !plan.finish().isEmpty();
        if (!plan.name().isEmpty() && (root || prepares)) {
            return refuse("plan " + plan.name() + " would run on this host as " + user.name() + ": "
                    + (prepares ? work() : count(tests, "test")) + placeOf.apply(plan.name()) + "\n" + WAYS);
        }
        // Without a plan, root's tests may run here, but not have packages installed.
        return new Decision(asked.on(spec, !root || !plan.name().isEmpty()), findings, Optional.empty());
    }

    private Decision on(ProvisionerSpec spec) {
        return new Decision(asked.on(spec, true), findings, Optional.empty());
    }

    private Decision refuse(String why) {
        return new Decision(asked, findings, Optional.of(why));
    }

    private void find(String kind, String text) {
        findings.add(new Finding(Severity.NOTE, kind, text, Optional.empty()));
    }

    private String where() {
        return "plan " + plan.name() + ": ";
    }

    /** Returns what the plan's phases would do. */
    private String work() {
        List<String> parts = new ArrayList<>();
        count(plan.prepare(), "prepare", parts);
        count(plan.finish(), "finish", parts);
        int phases = plan.prepare().size() + plan.finish().size();
        return parts.isEmpty() ? count(phases, "phase") + " of prepare and finish" : String.join(", ", parts);
    }

    private static void count(List<Phase> phases, String step, List<String> parts) {
        int scripts = 0;
        int installations = 0;
        int features = 0;
        int playbooks = 0;
        for (Phase phase : phases) {
            switch (phase) {
                case Phase.Scripts each -> scripts += each.scripts().size();
                case Phase.Install _ -> installations++;
                case Phase.Features each -> features += each.features().size();
                case Phase.Playbooks each -> playbooks += each.playbooks().size();
            }
        }
        add(scripts, step + " script", parts);
        add(installations, "package installation", parts);
        add(features, "feature", parts);
        add(playbooks, "playbook", parts);
    }

    private static void add(int count, String what, List<String> parts) {
        if (count > 0) {
            parts.add(count(count, what));
        }
    }

    private static String count(int count, String what) {
        return Count.of(count, what);
    }

    /**
     * Checks whether this host has the packages that tests need, if none may be installed.
     *
     * @return what they have to do without
     * @throws UsageException they cannot; the message lists what is missing
     */
    static List<Finding> checkPackages(FmfTests tests, MachineChoice machines, BeakerlibTests beakerlib)
            throws UsageException, InterruptedException {
        if (machines.installs()) {
            return List.of();
        }
        try {
            Deadline deadline = Deadline.after(PACKAGES);
            List<String> required = HostPackages.missing(HostPackages.required(tests, beakerlib), deadline);
            if (!required.isEmpty()) {
                throw new UsageException("the tests require " + count(required.size(), "package")
                        + " that this host does not have, and root's tests do not change it: "
                        + String.join(", ", required) + "\n" + WAYS);
            }
            List<String> recommended = HostPackages.missing(HostPackages.recommended(tests, beakerlib), deadline);
            return recommended.isEmpty()
                    ? List.of()
                    : List.of(new Finding(
                            Severity.NOTE,
                            "recommend",
                            "recommended packages are not installed on this host, which is not changed: "
                                    + String.join(", ", recommended),
                            Optional.empty()));
        } catch (IOException e) {
            throw new UsageException(
                    "cannot determine which packages this host has: " + ErrorText.of(e) + "\n" + WAYS, e);
        }
    }
}
