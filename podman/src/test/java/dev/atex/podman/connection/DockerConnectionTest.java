package dev.atex.podman.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.local.LocalConnection;
import dev.atex.local.process.Programs;
import dev.atex.podman.EngineService;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uses {@code docker exec}, as this service keeps the state of its runtime in an unusual place. */
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class DockerConnectionTest extends ConnectionContract {
    @RegisterExtension
    static final EngineService SERVICE = EngineService.docker();

    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container = SERVICE.runContainer();
    }

    @AfterAll
    static void remove() throws Exception {
        if (container != null) {
            SERVICE.call("rm", "-f", container);
        }
    }

    @Override
    protected Connection create() throws Exception {
        return ContainerConnection.to(SERVICE.engine(), container);
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }

    /** As on a host with its own docker service, where ATEX finds the state of the runtime. */
    @Test
    void runtimeOfDockerIsCalledDirectly() throws Exception {
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
