package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built-in transport with a server in this process, for hosts without sshd. */
class JvmServerConnectionTest extends ConnectionContract {
    @TempDir
    static Path directory;

    private static JvmServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new JvmServer(directory.resolve("key"));
        Files.write(
                directory.resolve("config"),
                List.of(
                        "Host server",
                        "HostName 127.0.0.1",
                        "Port " + server.port(),
                        "IdentityFile none",
                        "IdentityAgent none"));
        Files.writeString(directory.resolve("password"), "any\n");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    protected Connection create() {
        return new SshConnection(
                "server",
                SshOptions.defaults()
                        .withConfig(directory.resolve("config"))
                        .withHostKeys(HostKeyPolicy.OFF)
                        .withPassword(new Secret.InFile(directory.resolve("password"))));
    }

    @Override
    protected String newRemoteDirectory() {
        return directory.resolve("new-" + UUID.randomUUID()).toString();
    }

    /** Otherwise the run would give the machine up. */
    @Test
    void forwardToUnknownHostIsNoErrorOfTheMachine() throws Exception {
        try (SshConnection connection = (SshConnection) create()) {
            connection.connect(Deadline.after(Duration.ofSeconds(60)));
            assertThatThrownBy(() -> connection.forwardRemote(0, "no-such-host.invalid", 80))
                    .isExactlyInstanceOf(ConnectionException.class)
                    .hasMessageContaining("cannot forward its port 0 to no-such-host.invalid:80: there is no host"
                            + " 'no-such-host.invalid'");
        }
    }
}
