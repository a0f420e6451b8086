package dev.atex.podman;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("slow")
@ExtendWith(TestbedAlone.class)
class ContainerProvisionerTest extends ProvisionerContract {
    @Override
    protected Provisioner createWithTwo() throws Exception {
        return ContainerProvisioners.of(
                Testbed.engine(), Testbed.options(), 2, new ProvisionerContext("test", LeaseLog.unrecorded()));
    }
}
