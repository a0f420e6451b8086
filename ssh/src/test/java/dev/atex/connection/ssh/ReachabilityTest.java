package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.concurrent.TaskScope;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host is reachable when its server greets. */
@Timeout(60)
class ReachabilityTest {
    private static final Deadline LATE = Deadline.after(Duration.ofHours(1));

    private static ServerSocket server() throws Exception {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static SshConnection to(ServerSocket server) {
        return new SshConnection("127.0.0.1:" + server.getLocalPort(), SshOptions.defaults());
    }

    @Test
    void waitContinuesUntilServerGreets() throws Exception {
        try (ServerSocket server = server();
                TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Void> waiting = scope.run("wait", () -> to(server).waitUntilReachable(LATE));
            server.accept().close();
            try (Socket other = server.accept()) {
                other.getOutputStream().write("220 mail\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            try (Socket ssh = server.accept()) {
                ssh.getOutputStream().write("a word first\r\nSSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                waiting.join(LATE);
            }
        }
    }

    @Test
    void silentPortIsNotReachable() throws Exception {
        try (ServerSocket server = server()) {
            assertThatThrownBy(() -> to(server).waitUntilReachable(Deadline.after(Duration.ofSeconds(2))))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("not reachable in time");
        }
    }

    @Test
    void waitCanBeInterrupted() throws Exception {
        TaskScope scope = TaskScope.open("test");
        try (ServerSocket server = server()) {
            TaskScope.Task<Void> waiting = scope.run("wait", () -> to(server).waitUntilReachable(LATE));
            try (Socket silent = server.accept()) {
                assertThat(silent.isConnected()).isTrue();
                assertThat(scope.close(Deadline.after(Duration.ofSeconds(30)))).isTrue();
                assertThatThrownBy(() -> waiting.join(LATE)).isInstanceOf(ExecutionException.class);
            }
        } finally {
            scope.close();
        }
    }
}
