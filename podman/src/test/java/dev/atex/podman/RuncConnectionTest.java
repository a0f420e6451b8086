package dev.atex.podman;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Over runc, called directly. */
class RuncConnectionTest extends ConnectionContract {
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container = ContainerConnectionTest.runContainer(
                "--runtime=" + Programs.find("runc").orElseThrow());
    }

    @AfterAll
    static void remove() throws Exception {
        ContainerConnectionTest.removeContainer(container);
    }

    @Override
    protected Connection create() throws Exception {
        return ContainerConnection.to(Testbed.engine(), container);
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }
}
