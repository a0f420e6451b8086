package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.local.LocalConnection;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.podman.connection.Container;
import dev.atex.podman.connection.ContainerConnection;
import dev.atex.podman.connection.ExecTool;
import dev.atex.podman.connection.RuncExec;
import dev.atex.podman.engine.Programs;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers of docker's own service. */
@Tag("slow")
class DockerTest extends ProvisionerContract {
    @RegisterExtension
    static final EngineService SERVICE = EngineService.docker();

    @Override
    protected Provisioner createWithTwo() {
        return ContainerProvisioners.of(
                SERVICE.engine(), Testbed.options(), 2, new ProvisionerContext("test", LeaseLog.unrecorded()));
    }

    @Test
    void aReaperFindsItByTheLeaseAndTouchesNoOther() throws Exception {
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

    /** As where the service is the machine's: the runtime of its containers can be called without it. */
    @Test
    void itsRuntimeCanBeCalledDirectly() throws Exception {
        String container = SERVICE.runContainer();
        ExecTool direct = new RuncExec(
                Programs.find("runc").orElseThrow(), Testbed.dockerState().resolve(container));
        try (Connection connection = new ContainerConnection(
                new Container(SERVICE.engine(), container, (_, _) -> direct),
                LocalConnection.forClients(Optional.empty()))) {
            connection.connect(soon());
            assertThat(connection.run(Command.of("sh", "-c", "echo $0; exit 7", "here"), soon()))
                    .satisfies(result -> assertThat(List.of(result.exitCode(), result.stdoutText()))
                            .isEqualTo(List.of(7, "here\n")));
            assertThat(direct.start()).isPresent();
        } finally {
            SERVICE.call("rm", "-f", container);
        }
    }
}
