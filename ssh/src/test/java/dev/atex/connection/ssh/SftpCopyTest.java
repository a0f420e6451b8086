package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.CopyContract;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.connection.ssh.config.SshTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Copying to and from a host with a real sshd and without {@code tar}, over both transports. */
@ParameterizedClass
@EnumSource
@Tag("slow")
class SftpCopyTest extends CopyContract {
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

    @Override
    protected Connection create() {
        return new SshConnection("sut1", options());
    }

    private SshOptions options() {
        return hosts.options().withTransport(transport);
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/new-" + UUID.randomUUID();
    }

    private SshConnection connected(String host, SshOptions options) throws Exception {
        SshConnection connection = new SshConnection(host, options);
        connection.connect(soon());
        return connection;
    }

    @Test
    void thereIsNoTar() throws Exception {
        try (SshConnection connection = connected("sut1", options())) {
            assertThat(connection.run(Command.of("tar", "--version"), soon()).exitCode())
                    .isEqualTo(126);
        }
    }

    @Test
    void whatTheServerRefusesIsSaid() throws Exception {
        try (SshConnection connection = connected("sut1", options())) {
            Path tree = Files.createDirectories(directory.resolve("tree"));
            Files.writeString(tree.resolve("file"), "x");
            String there = newRemoteDirectory();
            connection.run(Command.of("mkdir", "-p", there + "/file/full"), soon());
            assertThatThrownBy(() -> connection.upload(tree, there, soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("by SFTP")
                    .hasMessageEndingWith(there + "/file: Failure");
        }
    }

    @Test
    void aServerWithoutSftpIsNamed() throws Exception {
        String configuration = "/run/hosts/sut1/sshd_config";
        String _ = hosts.order("exec", "1", "sed", "-i", "s/^Subsystem/#&/", configuration);
        String _ = hosts.order("restart", "1");
        try (SshConnection connection = connected("sut1", options())) {
            Path tree = Files.createDirectories(directory.resolve("tree"));
            assertThatThrownBy(() -> connection.upload(tree, newRemoteDirectory(), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("there is no tar")
                    .hasMessageContaining("subsystem");
        } finally {
            String _ = hosts.order("exec", "1", "sed", "-i", "s/^#Subsystem/Subsystem/", configuration);
            String _ = hosts.order("restart", "1");
        }
    }

    @Test
    void filesOfAnotherUserAreNotWrittenAsTheOneWhoLogsIn() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/sudo")), "sudo is not installed");
        try (SshConnection connection = connected("tester@sut1", options().withSudo("root"))) {
            Path tree = Files.createDirectories(directory.resolve("tree"));
            assertThatThrownBy(() -> connection.upload(tree, newRemoteDirectory(), soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("no tar")
                    .hasMessageContaining("sudo");
        }
    }
}
