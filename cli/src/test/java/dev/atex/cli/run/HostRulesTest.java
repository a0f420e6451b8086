package dev.atex.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.Strictness;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.plan.PlanMachine.Guest;
import dev.atex.executor.fmf.plan.PlanMachine.Mapped;
import dev.atex.executor.fmf.plan.PlanMachine.ThisHost;
import dev.atex.executor.fmf.plan.PlanMachine.Unavailable;
import dev.atex.executor.fmf.plan.PlanMachine.Unspecified;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules S1 to S5 of docs/decisions/0178, where no machine is needed to see them. */
class HostRulesTest {
    private static final Phase SCRIPTS = new Phase.Scripts("s", 50, List.of("a", "b", "c"), Optional.empty());
    private static final Phase INSTALL =
            new Phase.Install("i", 50, List.of("x", "y"), List.of(), List.of(), List.of(), false, false);
    private static final Strictness NOTHING_ALLOWED = Strictness.USUAL;
    private static final HostRules.User ROOT = new HostRules.User("root", true);
    private static final HostRules.User ALICE = new HostRules.User("alice", false);

    private static FmfPlan plan(PlanMachine machine, Phase... prepare) {
        return new FmfPlan("/ci", Map.of(), Map.of(), List.of(prepare), List.of(), machine, Guest.USUAL);
    }

    private static MachineChoice asked(String... provision) throws UsageException {
        return MachineChoice.of(List.of(provision), Map.of(), false);
    }

    private static HostRules.Decision decide(FmfPlan plan, MachineChoice asked, HostRules.User user, String... allowed)
            throws UsageException {
        return HostRules.decide(plan, 7, asked, new Strictness(false, List.of(allowed), false), user, _ -> " (ci.fmf)");
    }

    private static void assertRunsOn(HostRules.Decision decision, String machines) {
        assertThat(decision.refusal()).isEmpty();
        assertThat(decision.machines()).hasToString(machines);
    }

    @Test
    void s1OptionOfUserDecides() throws Exception {
        for (HostRules.User user : List.of(ROOT, ALICE)) {
            FmfPlan prepares = plan(new Unspecified(), SCRIPTS, INSTALL);
            HostRules.Decision said = decide(prepares, asked("local,max=2"), user);
            assertRunsOn(said, "local,max=2");
            assertThat(said.findings()).isEmpty();
            assertThat(said.machines().installs()).isTrue();
            MachineChoice variable = MachineChoice.of(List.of(), Map.of("ATEX_PROVISION", "local"), false);
            assertThat(variable.told()).isTrue();
            assertRunsOn(decide(prepares, variable, user), "local");
        }
    }

    @Test
    void s1OptionOverridesVariableAndEmptyVariableIsIgnored() throws Exception {
        MachineChoice both = MachineChoice.of(List.of("podman,image=x"), Map.of("ATEX_PROVISION", "local"), false);
        assertThat(both).hasToString("podman,image=x");
        assertThat(MachineChoice.of(List.of(), Map.of("ATEX_PROVISION", ""), false)
                        .told())
                .isFalse();
    }

    @Test
    void s1OverriddenMachineOfPlanIsReported() throws Exception {
        for (PlanMachine machine : List.of(
                new Mapped("podman,image=fedora"),
                new ThisHost(),
                new Unavailable("provision", "it asks for a machine of beaker"))) {
            String other = machine instanceof ThisHost ? "podman,image=y" : "local";
            HostRules.Decision decision = decide(plan(machine, SCRIPTS), asked(other), ROOT);
            assertRunsOn(decision, other);
            assertThat(decision.findings())
                    .singleElement()
                    .extracting(Finding::severity)
                    .isEqualTo(Finding.Severity.NOTE);
        }
        assertThat(decide(plan(new Mapped("podman,image=fedora")), asked("podman,image=fedora"), ROOT)
                        .findings())
                .isEmpty();
        assertThat(decide(plan(new ThisHost()), asked("local,max=3"), ROOT).findings())
                .isEmpty();
    }

    @Test
    void s2AvailableMachineOfPlanIsUsed() throws Exception {
        for (HostRules.User user : List.of(ROOT, ALICE)) {
            HostRules.Decision decision = decide(plan(new Mapped("podman,image=fedora"), SCRIPTS), asked(), user);
            assertRunsOn(decision, "podman,image=fedora");
            assertThat(decision.machines().told()).isFalse();
            assertThat(decision.machines().installs()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"provision", "hardware", "kickstart", "multihost"})
    void s2UnavailableMachineIsNotReplacedByThisHost(String kind) throws Exception {
        for (HostRules.User user : List.of(ROOT, ALICE)) {
            // S5: allowing it changes nothing.
            HostRules.Decision decision = decide(plan(new Unavailable(kind, "it asks for much")), asked(), user, kind);
            assertThat(decision.refusal().orElseThrow())
                    .startsWith("plan /ci: it asks for much [" + kind + "]")
                    .contains("--provision", "ATEX_PROVISION");
        }
    }

    @Test
    void s2SeveralGuestsUseOneMachineOnlyIfAllowed() throws Exception {
        FmfPlan plan = plan(new Unavailable("multihost", "it asks for the guests client, server"));
        assertThat(decide(plan, asked("local"), ROOT).refusal().orElseThrow()).contains("--allow multihost");
        HostRules.Decision allowed = decide(plan, asked("local"), ROOT, "multihost");
        assertRunsOn(allowed, "local");
        assertThat(allowed.findings()).hasSize(1);
    }

    @Test
    void s3PlanWithPrepareNeedsPermissionForThisHost() throws Exception {
        for (PlanMachine machine : List.of(new Unspecified(), new ThisHost(), new Mapped("local"))) {
            assertThat(decide(plan(machine, SCRIPTS, INSTALL), asked(), ROOT).refusal())
                    .contains(
                            "plan /ci would run on this host as root: 3 prepare scripts, 1 package installation (ci.fmf)\n"
                                    + "Give --provision local (or set ATEX_PROVISION=local) to allow it, or --provision"
                                    + " podman,image=IMAGE for a container.");
            assertThat(decide(plan(machine, INSTALL), asked(), ALICE).refusal().orElseThrow())
                    .startsWith("plan /ci would run on this host as alice: 1 package installation (ci.fmf)\n");
        }
    }

    @Test
    void s3PlanWithFinishNeedsPermissionForThisHost() throws Exception {
        FmfPlan plan =
                new FmfPlan("/ci", Map.of(), Map.of(), List.of(), List.of(SCRIPTS), new Unspecified(), Guest.USUAL);
        assertThat(decide(plan, asked(), ALICE).refusal().orElseThrow()).contains("3 finish scripts");
    }

    @Test
    void s3PlanWithoutPhasesRunsHereExceptForRoot() throws Exception {
        assertThat(decide(plan(new Unspecified()), asked(), ROOT).refusal().orElseThrow())
                .startsWith("plan /ci would run on this host as root: 7 tests (ci.fmf)\n");
        HostRules.Decision decision = decide(plan(new Unspecified()), asked(), ALICE);
        assertRunsOn(decision, "local");
        assertThat(decision.machines().installs()).isTrue();
    }

    @Test
    void s4TestsWithoutPlanRunHereAndRootInstallsNothing() throws Exception {
        HostRules.Decision root = decide(FmfPlan.none(), asked(), ROOT);
        assertRunsOn(root, "local");
        assertThat(root.machines().installs()).isFalse();
        HostRules.Decision alice = decide(FmfPlan.none(), asked(), ALICE);
        assertRunsOn(alice, "local");
        assertThat(alice.machines().installs()).isTrue();
        assertThat(decide(FmfPlan.none(), asked("local"), ROOT).machines().installs())
                .isTrue();
    }

    @Test
    void s5AllowedKindsDoNotChangeRules() throws Exception {
        assertThat(HostRules.decide(
                                plan(new Unspecified(), SCRIPTS), 7, asked(), NOTHING_ALLOWED, ROOT, _ -> " (ci.fmf)")
                        .refusal())
                .isEqualTo(decide(plan(new Unspecified(), SCRIPTS), asked(), ROOT, "disabled", "provision", "how")
                        .refusal());
    }

    @Test
    void rootRunsPlaybooksOnlyIfAllowed() {
        FmfPlan plan = new FmfPlan(
                "/plan",
                Map.of(),
                Map.of(),
                List.of(new Phase.Playbooks("default-0", 50, List.of("x.yml"), List.of())),
                List.of(),
                new PlanMachine.Unspecified(),
                PlanMachine.Guest.USUAL);
        HostRules.User root = new HostRules.User("root", true);
        assertThat(HostRules.playbooks(plan, Strictness.USUAL, root, true))
                .hasValueSatisfying(finding -> assertThat(finding.text()).contains("--ansible runs them", "as root"));
        assertThat(HostRules.playbooks(plan, new Strictness(false, List.of(), true), root, true))
                .isEmpty();
        assertThat(HostRules.playbooks(plan, Strictness.USUAL, new HostRules.User("me", false), true))
                .isEmpty();
        assertThat(HostRules.playbooks(plan, Strictness.USUAL, root, false))
                .as("another finding says that there is no Ansible")
                .isEmpty();
        assertThat(HostRules.playbooks(FmfPlan.none(), Strictness.USUAL, root, true))
                .isEmpty();
    }

    @Test
    void planThatLogsInToThisHostMeansThisHost() throws Exception {
        for (String host : List.of("localhost", "127.0.0.1", "127.1", "[::1]", "LOCALHOST")) {
            assertThat(OwnHostNames.isNamedBy(ProvisionerSpec.parse("ssh,hosts=" + host + ",user=root")))
                    .as(host)
                    .isTrue();
        }
        assertThat(OwnHostNames.isNamedBy(ProvisionerSpec.parse("ssh,hosts=host.example.org")))
                .isFalse();
        assertThat(OwnHostNames.isNamedBy(ProvisionerSpec.parse("podman,image=x")))
                .isFalse();
    }
}
