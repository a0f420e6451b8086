package dev.atex.podman;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.local.LocalConnection;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Over the engine's own exec, as where its runtime can't be called. */
class EngineExecConnectionTest extends ConnectionContract {
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container = ContainerConnectionTest.runContainer();
    }

    @AfterAll
    static void remove() throws Exception {
        ContainerConnectionTest.removeContainer(container);
    }

    @Override
    protected Connection create() throws Exception {
        return new ContainerConnection(
                new Container(Testbed.engine(), container, EngineExec::new),
                LocalConnection.forClients(Optional.empty()));
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }
}
