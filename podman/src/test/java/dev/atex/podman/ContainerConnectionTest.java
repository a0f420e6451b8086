package dev.atex.podman;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ContainerConnectionTest extends ConnectionContract {
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container =
                Testbed.podman("run", "-d", "--rm", "--network=none", Testbed.image(), "sh", "-c", "sleep 3600 & wait");
    }

    @AfterAll
    static void remove() throws Exception {
        if (container != null) {
            Testbed.podman("rm", "-f", "-t", "0", container);
        }
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
