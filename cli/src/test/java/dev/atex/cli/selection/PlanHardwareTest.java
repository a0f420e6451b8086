package dev.atex.cli.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanHardwareTest {
    private static final Finding FINDING = new Finding(Finding.Severity.NOTE, "hardware", "told", Optional.empty());

    private static FmfPlan plan(Object provision) {
        return new FmfPlan(
                "/plan",
                Map.of("provision", provision),
                Map.of(),
                List.of(),
                List.of(),
                new PlanMachine.Unspecified(),
                PlanMachine.Guest.USUAL);
    }

    private static MachineChoice machines(String... specs) throws UsageException {
        return MachineChoice.of(List.of(specs), Map.of(), false);
    }

    private static final FmfPlan PLAN =
            plan(List.of(Map.of("how", "artemis", "hardware", Map.of("memory", ">= 4 GB"))));

    @Test
    void hardwareIsRequestedWhereSupported() throws Exception {
        MachineChoice asked = machines("testingfarm,compose=Fedora-42");
        assertThat(PlanHardware.isMet(FINDING, asked)).isFalse();
        MachineChoice chosen = PlanHardware.in(asked, PLAN);
        assertThat(chosen.specs())
                .extracting(spec -> spec.text("hardware"))
                .containsExactly(Optional.of("{\"memory\":\">= 4 GB\"}"));
        assertThat(ProvisionerSpec.parse(chosen.toString()))
                .isEqualTo(chosen.specs().getFirst());
        assertThat(PlanHardware.isMet(FINDING, chosen)).isTrue();
    }

    @Test
    void hardwareOfUserWins() throws Exception {
        MachineChoice asked = machines("testingfarm,compose=Fedora-42,hardware=memory=>= 8 GB");
        assertThat(PlanHardware.in(asked, PLAN)).isEqualTo(asked);
    }

    @Test
    void hardwareOnOtherMachinesIsReported() throws Exception {
        MachineChoice asked = machines("local", "testingfarm,compose=Fedora-42");
        MachineChoice chosen = PlanHardware.in(asked, PLAN);
        assertThat(chosen.specs().getFirst()).isEqualTo(asked.specs().getFirst());
        assertThat(PlanHardware.isMet(FINDING, chosen)).isFalse();
        assertThat(PlanHardware.in(machines("local"), PLAN)).isEqualTo(machines("local"));
        assertThat(PlanHardware.in(asked, plan(List.of(Map.of(), Map.of())))).isEqualTo(asked);
    }
}
