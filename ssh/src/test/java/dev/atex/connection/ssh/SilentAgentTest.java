package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.concurrent.TaskScope;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logins with an agent that does not answer, because it asks its user for example. */
@Timeout(120)
class SilentAgentTest {
    private static final int LOGINS = 8;

    @TempDir
    static Path directory;

    private static JvmServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new JvmServer(directory.resolve("key"));
        Files.writeString(directory.resolve("password"), "any\n");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static SshOptions options(String agent) throws Exception {
        Path config = Files.write(
                Files.createTempFile(directory, "config", ""),
                List.of(
                        "Host server",
                        "HostName 127.0.0.1",
                        "Port " + server.port(),
                        "IdentityFile none",
                        "IdentityAgent " + agent));
        return SshOptions.defaults()
                .withConfig(config)
                .withHostKeys(HostKeyPolicy.OFF)
                .withPassword(new Secret.InFile(directory.resolve("password")));
    }

    private static SshConnection connected(SshOptions options) throws Exception {
        SshConnection connection = new SshConnection("server", options);
        connection.connect(soon());
        return connection;
    }

    private static void works(SshConnection connection) throws Exception {
        assertThat(connection.run(Command.of("echo", "here"), soon()).stdoutText())
                .isEqualTo("here\n");
    }

    /** Accepts connections and reads a request from each, without an answer. */
    private static List<SocketChannel> asked(ServerSocketChannel agent) throws Exception {
        List<SocketChannel> asking = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            SocketChannel each = agent.accept();
            assertThat(each.read(ByteBuffer.allocate(1))).isPositive();
            asking.add(each);
        }
        return asking;
    }

    private static ServerSocketChannel agent(Path path) throws Exception {
        ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        agent.bind(UnixDomainSocketAddress.of(path));
        return agent;
    }

    @Test
    void silentAgentDoesNotBlockOtherConnections() throws Exception {
        Path path = directory.resolve("silent");
        try (SshConnection before = connected(options("none"));
                ServerSocketChannel agent = agent(path);
                TaskScope scope = TaskScope.open("test")) {
            SshOptions asking = options(path.toString());
            List<TaskScope.Task<SshConnection>> logins = new ArrayList<>();
            for (int i = 0; i < LOGINS; i++) {
                logins.add(scope.fork("login", () -> connected(asking)));
            }
            List<SocketChannel> waiting = asked(agent);
            works(before);
            try (SshConnection late = connected(options("none"))) {
                works(late);
            }
            // the logins still wait for the agent
            for (TaskScope.Task<SshConnection> login : logins) {
                assertThat(login.awaitEnd(Deadline.after(Duration.ZERO))).isFalse();
            }
            for (SocketChannel each : waiting) {
                each.close();
            }
            for (TaskScope.Task<SshConnection> login : logins) {
                try (SshConnection byPassword = login.join(soon())) {
                    works(byPassword);
                }
            }
        }
    }

    @Test
    void loginThatWaitsForAgentHasDeadline() throws Exception {
        Path path = directory.resolve("never");
        try (ServerSocketChannel agent = agent(path);
                TaskScope scope = TaskScope.open("test")) {
            SshOptions asking = options(path.toString()).withConnectTimeout(Duration.ofSeconds(12));
            List<TaskScope.Task<SshConnection>> logins = new ArrayList<>();
            for (int i = 0; i < LOGINS; i++) {
                logins.add(scope.fork("login", () -> connected(asking)));
            }
            List<SocketChannel> waiting = asked(agent);
            for (TaskScope.Task<SshConnection> login : logins) {
                assertThatThrownBy(() -> login.join(soon()))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("no answer in time");
            }
            for (SocketChannel each : waiting) {
                // the login has closed its connection
                ByteBuffer rest = ByteBuffer.allocate(1 << 10);
                while (each.read(rest) >= 0) {
                    rest.clear();
                }
                each.close();
            }
        }
    }
}
