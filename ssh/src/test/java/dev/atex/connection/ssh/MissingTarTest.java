package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.ssh.config.SshTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Copies to and from a host with a real sshd and without {@code tar}, over both transports. */
@ParameterizedClass
@EnumSource
@Tag("slow")
class MissingTarTest {
    private static Hosts hosts;

    @Parameter
    private SshTransport transport;

    @TempDir
    private Path directory;

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(1);
        String _ = hosts.order("exec", "1", "mount", "--bind", "/dev/null", "/usr/bin/tar");
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private SshConnection connected() throws Exception {
        SshConnection connection = new SshConnection("sut1", hosts.options().withTransport(transport));
        connection.connect(soon());
        return connection;
    }

    @Test
    void uploadSaysThatTarIsMissing() throws Exception {
        Path tree = Files.createDirectories(directory.resolve("tree"));
        Files.writeString(tree.resolve("file"), "x");
        try (SshConnection connection = connected()) {
            assertThatThrownBy(() -> connection.upload(tree, "/tmp/new-" + UUID.randomUUID(), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageStartingWith("sut1: cannot upload files")
                    .hasMessageContaining("no 'tar'")
                    .hasMessageContaining("install it");
        }
    }

    @Test
    void downloadSaysThatTarIsMissing() throws Exception {
        try (SshConnection connection = connected()) {
            assertThatThrownBy(() -> connection.download("/etc/ssh", directory.resolve("back"), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageStartingWith("sut1: cannot download files")
                    .hasMessageContaining("no 'tar'")
                    .hasMessageContaining("install it");
        }
    }

    @Test
    void connectionWorksAfterCopyFailed() throws Exception {
        try (SshConnection connection = connected()) {
            assertThatThrownBy(() -> connection.download("/etc/ssh", directory.resolve("back"), soon()))
                    .isInstanceOf(ConnectionException.class);
            assertThat(connection.run(Command.of("echo", "still here"), soon()).stdoutText())
                    .isEqualTo("still here\n");
        }
    }
}
