package dev.atex.podman.connection;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.podman.EngineService;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Over {@code docker exec}: this service keeps the state of its runtime where nobody looks for it. */
@Tag("slow")
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
}
