package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.LeaseState;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(MachinesAlone.class)
class VirtProvisionerTest extends ProvisionerContract {
    private static final Leases LEASES = new Leases();

    @Override
    protected Provisioner createWithTwo() throws Exception {
        return LEASES.provisioner(Testbed.provision() + ",max=2,warm=true");
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        WarmMachineTest.removeStates();
        assertThat(LEASES.states()).containsOnly(LeaseState.GONE);
        assertThat(Testbed.machines())
                .doesNotContainAnyElementsOf(LEASES.machines().stream()
                        .map(lease -> "atex-" + lease.id())
                        .toList());
    }
}
