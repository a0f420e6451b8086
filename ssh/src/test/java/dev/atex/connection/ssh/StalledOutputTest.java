package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.ssh.config.SshTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Output files that block, as on a hanging network file system; with a real sshd, over both transports. */
@Timeout(120)
class StalledOutputTest {
    private static final int PRINTED = 6_000_000;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(3);

    private static Hosts hosts;

    @TempDir
    Path here;

    private final List<StalledFile> files = new ArrayList<>();

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(2);
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    @AfterEach
    void giveWay() throws Exception {
        for (StalledFile file : files) {
            file.close();
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private static SshConnection connected(String host, SshTransport transport) throws Exception {
        SshConnection connection =
                new SshConnection(host, hosts.options().withTransport(transport).withKeepAlive(KEEP_ALIVE));
        connection.connect(soon());
        return connection;
    }

    private StalledFile file() throws Exception {
        StalledFile file = StalledFile.in(here, "file" + files.size());
        files.add(file);
        return file;
    }

    /** Starts commands that print more than all buffers before their files hold, and waits until they block. */
    private List<RemoteProcess> stall(List<SshConnection> connections, int number) throws Exception {
        List<RemoteProcess> stalled = new ArrayList<>();
        List<StalledFile> theirs = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            StalledFile file = file();
            theirs.add(file);
            Command command =
                    Command.of("sh", "-c", "yes | head -c " + PRINTED).withStdout(Output.appendTo(file.path()));
            stalled.add(connections.get(i % connections.size()).start(command));
        }
        for (StalledFile file : theirs) {
            file.awaitFull(soon());
        }
        return stalled;
    }

    private static void works(SshConnection connection) throws Exception {
        assertThat(connection.run(Command.of("echo", "here"), soon()).stdoutText())
                .isEqualTo("here\n");
    }

    @ParameterizedTest
    @CsvSource({"BUILT_IN, 4", "BUILT_IN, 8", "OPENSSH, 8"})
    void stalledFileDoesNotBlockOtherCommands(SshTransport transport, int number) throws Exception {
        try (SshConnection innocent = connected("sut2", transport);
                SshConnection first = connected("sut1", transport);
                SshConnection second = connected("sut2", transport)) {
            // longer than a silent connection lives
            RemoteProcess lasting = innocent.start(Command.of("sleep", "14"));
            List<RemoteProcess> stalled = stall(List.of(first, second), number);
            for (SshConnection each : List.of(innocent, first, second)) {
                works(each);
            }
            try (SshConnection late = connected("sut1", transport)) {
                works(late);
            }
            assertThat(lasting.await(soon())).isEqualTo(new Exit.Code(0));
            for (SshConnection each : List.of(innocent, first, second)) {
                works(each);
            }
            for (RemoteProcess each : stalled) {
                assertThat(each.await(Deadline.after(Duration.ZERO))).isInstanceOf(Exit.StillRunning.class);
                each.kill();
            }
            works(first);
        }
    }

    @ParameterizedTest
    @EnumSource
    void outputIsCompleteAfterStall(SshTransport transport) throws Exception {
        try (SshConnection connection = connected("sut1", transport)) {
            List<RemoteProcess> stalled = stall(List.of(connection), 5);
            works(connection);
            for (StalledFile file : files) {
                file.goOn();
            }
            for (RemoteProcess each : stalled) {
                assertThat(each.await(soon())).isEqualTo(new Exit.Code(0));
            }
            for (StalledFile file : files) {
                assertThat(file.content()).isEqualTo("y\n".repeat(PRINTED / 2));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void lossOfConnectionDoesNotAffectOthers(SshTransport transport) throws Exception {
        try (SshConnection innocent = connected("sut2", transport);
                SshConnection lost = connected("sut1", transport)) {
            RemoteProcess sleeping = lost.start(Command.of("sleep", "1000"));
            List<RemoteProcess> stalled = stall(List.of(lost), 5);
            hosts.order("link", "1", "down");
            try {
                assertThat(sleeping.await(soon())).isInstanceOf(Exit.TransportLost.class);
                works(innocent);
            } finally {
                hosts.order("link", "1", "up");
            }
            lost.disconnect();
            lost.connect(soon());
            works(lost);
            for (RemoteProcess each : stalled) {
                each.close();
            }
        }
    }

    /** The command has ended, but its output is not in the file yet. */
    @ParameterizedTest
    @EnumSource
    void waitForOutputHasDeadline(SshTransport transport) throws Exception {
        try (SshConnection connection = connected("sut1", transport)) {
            StalledFile file = file();
            RemoteProcess process = connection.start(
                    Command.of("sh", "-c", "yes | head -c 200000; exit 3").withStdout(Output.appendTo(file.path())));
            file.awaitFull(soon());
            // after this the end of the command is known
            works(connection);
            assertThat(process.await(Deadline.after(Duration.ofMillis(10)))).isInstanceOf(Exit.StillRunning.class);
            file.goOn();
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(3));
            assertThat(file.content()).hasSize(200_000);
        }
    }

    /** The order of arrival. Only the built-in transport keeps it: OpenSSH has two pipes in between. */
    @Test
    void bothOutputsToOneFileKeepOrder() throws Exception {
        try (SshConnection connection = connected("sut1", SshTransport.BUILT_IN)) {
            StalledFile file = file();
            // the pauses fix the order
            String script = "yes | head -c 100000; sleep 3; echo e >&2; sleep 3; echo o; sleep 3; echo e >&2";
            RemoteProcess process = connection.start(Command.of("sh", "-c", script)
                    .withStdout(Output.appendTo(file.path()))
                    .withStderr(Output.appendTo(file.path())));
            assertThat(connection.run(Command.of("sleep", "10"), soon()).exitCode())
                    .isZero();
            file.goOn();
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
            assertThat(file.content()).isEqualTo("y\n".repeat(50_000) + "e\no\ne\n");
        }
    }
}
