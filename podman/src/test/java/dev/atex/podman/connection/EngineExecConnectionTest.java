package dev.atex.podman.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.local.LocalConnection;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Uses {@code podman exec}, as on hosts where the runtime cannot be called directly. */
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class EngineExecConnectionTest extends ConnectionContract {
    private static String container;

    @BeforeAll
    static void run() throws Exception {
        container = Testbed.runContainer();
    }

    @AfterAll
    static void remove() throws Exception {
        Testbed.removeContainer(container);
    }

    @Override
    protected Connection create() throws Exception {
        return to(container);
    }

    private static Connection to(String container) throws Exception {
        return new ContainerConnection(
                new Container(Testbed.engine(), container, EngineExec::new),
                LocalConnection.forClients(Optional.empty()));
    }

    @Test
    void endOfContainerIsTransportLost() throws Exception {
        String mortal = Testbed.runContainer();
        ContainerConnectionTest.assertItsEndIsNoExitCode(mortal, to(mortal));
    }

    @Test
    void exitCodesThatEnginesUseAreKept() throws Exception {
        try (Connection connection = create()) {
            connection.connect(soon());
            for (int code : new int[] {1, 125, 126, 137, 143, 255}) {
                assertThat(connection
                                .run(Command.of("sh", "-c", "exit " + code), soon())
                                .exitCode())
                        .isEqualTo(code);
            }
        }
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }
}
