package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of a docker service. */
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class DockerTest extends ProvisionerContract {
    @RegisterExtension
    static final EngineService SERVICE = EngineService.docker();

    @Override
    protected Provisioner createWithTwo() {
        return ContainerProvisioners.of(
                SERVICE.engine(), Testbed.options(), 2, new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    @Test
    void reaperRemovesContainerOfLeaseAndNoOther() throws Exception {
        String lease = "docker-test-1";
        String ours = SERVICE.runContainer("--name=" + Containers.name(lease), "--label=dev.atex.lease=" + lease);
        String other = SERVICE.runContainer("--label=dev.atex.lease=" + lease + "1");
        LeaseRecord record = new LeaseRecord(
                lease, "docker-test", "docker", SERVICE.engine().locator(), LeaseState.INTEND, Instant.EPOCH);
        DockerReclaimer reclaimer = new DockerReclaimer();
        try {
            assertThat(reclaimer.find(record, soon()))
                    .hasValueSatisfying(found -> assertThat(found).contains(ours.substring(0, 12)));
            reclaimer.release(record, soon());
            reclaimer.release(record, soon());
            assertThat(SERVICE.call("ps", "--all", "--quiet", "--no-trunc")).isEqualTo(other);
        } finally {
            SERVICE.call("rm", "-f", other);
        }
    }
}
