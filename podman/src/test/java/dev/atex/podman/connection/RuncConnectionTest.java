package dev.atex.podman.connection;

import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.local.process.Programs;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over runc, called directly. */
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class RuncConnectionTest extends ConnectionContract {
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container = Testbed.runContainer(runtime());
    }

    private static String runtime() {
        return "--runtime=" + Programs.find("runc").orElseThrow();
    }

    @Test
    void startTimeIsReadFromHost() throws Exception {
        ContainerConnectionTest.assertStartIsSeenFromOutside(runtime());
    }

    @Test
    void endOfContainerIsTransportLost() throws Exception {
        String mortal = Testbed.runContainer(runtime());
        ContainerConnectionTest.assertItsEndIsNoExitCode(mortal, ContainerConnection.to(Testbed.engine(), mortal));
    }

    @AfterAll
    static void remove() throws Exception {
        Testbed.removeContainer(container);
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
