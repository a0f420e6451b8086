package dev.atex.podman;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Over {@code docker exec}: this service keeps the state of its runtime where nobody looks for it. */
class DockerConnectionTest extends ConnectionContract {
    @TempDir
    private static Path directory;

    private static DockerService service;
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        service = DockerService.start(directory);
        container = service.runContainer();
    }

    @AfterAll
    static void remove() throws Exception {
        if (service != null) {
            try (DockerService _ = service) {
                service.docker("rm", "-f", container);
            }
        }
    }

    @Override
    protected Connection create() throws Exception {
        return ContainerConnection.to(service.engine(), container);
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }
}
