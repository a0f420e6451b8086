package dev.atex.podman.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Over crun, called directly. */
@Tag("slow")
@ExtendWith(TestbedAlone.class)
class ContainerConnectionTest extends ConnectionContract {
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
        return ContainerConnection.to(Testbed.engine(), container);
    }

    @Override
    protected String newRemoteDirectory() {
        return "/tmp/" + UUID.randomUUID();
    }

    @Test
    void commandGetsEpipeAfterDisconnectAndContinues() throws Exception {
        String file = newRemoteDirectory();
        try (Connection connection = create()) {
            connection.connect(soon());
            RemoteProcess test = connection.start(Command.of(
                    "sh",
                    "-c",
                    "mkfifo $1.fifo; trap '' PIPE; while echo noop; do sleep 0.05; done; echo epipe >$1.fifo; sleep 1000",
                    "sh",
                    file));
            assertThat(test.stdout().read()).isEqualTo('n');
            connection.disconnect();
            assertThat(test.await(soon())).isInstanceOf(Exit.TransportLost.class);
            connection.connect(soon());
            assertThat(connection.run(Command.of("cat", file + ".fifo"), soon()).stdoutText())
                    .isEqualTo("epipe\n");
        }
    }

    @Test
    void commandReadsEndOfInputAfterDisconnect() throws Exception {
        String file = newRemoteDirectory();
        try (Connection connection = create()) {
            connection.connect(soon());
            assertThat(connection.run(Command.of("mkfifo", file), soon()).exitCode())
                    .isZero();
            RemoteProcess reading = connection.start(Command.of("sh", "-c", "echo; cat; echo end >$1", "sh", file));
            assertThat(reading.stdout().read()).isEqualTo('\n');
            connection.disconnect();
            connection.connect(soon());
            assertThat(connection.run(Command.of("cat", file), soon()).stdoutText())
                    .isEqualTo("end\n");
        }
    }

    @Test
    void killEndsDescendantsInOtherSessions() throws Exception {
        String file = newRemoteDirectory();
        try (Connection connection = create()) {
            connection.connect(soon());
            connection.run(Command.of("mkfifo", file), soon());
            // the reader sees the end of the pipe when all writers have ended
            RemoteProcess tree = connection.start(Command.of(
                    "sh",
                    "-c",
                    "exec 9>\"$1\"; setsid sleep 1000 & setsid env -u HOME sh -c 'sleep 1000 & sleep 1000' & echo up >&9; sleep 1000",
                    "sh",
                    file));
            RemoteProcess reader = connection.start(Command.of("cat", file));
            assertThat(reader.stdout().read()).isEqualTo('u');
            tree.kill();
            assertThat(reader.await(soon())).isEqualTo(new Exit.Code(0));
        }
    }

    @Test
    void variablesWithUnusualNamesAreSet() throws Exception {
        try (Connection connection = create()) {
            connection.connect(soon());
            Command printenv = Command.of("printenv", "odd.name").withEnvironment(Map.of("odd.name", "kept"));
            assertThat(connection.run(printenv, soon()).stdoutText()).isEqualTo("kept\n");
        }
    }

    /** Programs with a path are started differently from those that are searched. */
    @Test
    void environmentOfContainerIsKeptForEveryKindOfProgram() throws Exception {
        try (Connection connection = create()) {
            connection.connect(soon());
            Map<String, String> variables = Map.of("HOME", "/changed", "ATEX_T", "new");
            List<String> searched = environment(connection, "env", variables);
            assertThat(searched)
                    .contains("HOME=/changed", "ATEX_T=new", "container=podman")
                    .isEqualTo(environment(connection, "/usr/bin/env", variables));
        }
    }

    private static List<String> environment(Connection connection, String program, Map<String, String> variables)
            throws Exception {
        CommandResult result = connection.run(Command.of(program).withEnvironment(variables), soon());
        return result.stdoutText()
                .lines()
                .filter(line -> !line.startsWith("ATEX_MARK="))
                .sorted()
                .toList();
    }

    @Test
    void missingProgramsAndScriptsBehaveAsInShell() throws Exception {
        try (Connection connection = create()) {
            connection.connect(soon());
            String directory = newRemoteDirectory();
            String make =
                    "mkdir -p \"$1\" && cd \"$1\" && echo 'echo \"by a shell\"; exit 3' >script && chmod 755 script && echo >data";
            assertThat(connection
                            .run(Command.of("sh", "-c", make, "sh", directory), soon())
                            .exitCode())
                    .isZero();
            CommandResult script = connection.run(Command.of(directory + "/script"), soon());
            assertThat(script.stdoutText()).isEqualTo("by a shell\n");
            assertThat(script.exitCode()).isEqualTo(3);
            assertThat(connection.run(Command.of(directory + "/data"), soon()).exitCode())
                    .isEqualTo(126);
            assertThat(connection.run(Command.of(directory + "/none"), soon()).exitCode())
                    .isEqualTo(127);
            Command elsewhere = Command.of("env").withEnvironment(Map.of("PATH", directory));
            assertThat(connection.run(elsewhere, soon()).exitCode()).isEqualTo(127);
        }
    }

    @Test
    void startTimeIsReadFromHost() throws Exception {
        assertStartIsSeenFromOutside();
    }

    /** Readable while it lives, and equal to the value inside the container. */
    static void assertStartIsSeenFromOutside(String... options) throws Exception {
        String mortal = Testbed.runContainer(options);
        ExecTool tool = ExecTool.find(Testbed.engine(), mortal);
        try (Connection connection = ContainerConnection.to(Testbed.engine(), mortal)) {
            connection.connect(soon());
            String inside = connection
                    .run(Command.of("cut", "-d ", "-f22", "/proc/1/stat"), soon())
                    .stdoutText()
                    .strip();
            assertThat(tool.start()).contains(inside);
        } finally {
            Testbed.removeContainer(mortal);
        }
        assertThat(tool.start()).isEmpty();
    }

    @Test
    void endOfContainerIsTransportLost() throws Exception {
        String mortal = Testbed.runContainer();
        assertItsEndIsNoExitCode(mortal, ContainerConnection.to(Testbed.engine(), mortal));
    }

    static void assertItsEndIsNoExitCode(String mortal, Connection to) throws Exception {
        try (Connection connection = to) {
            connection.connect(soon());
            RemoteProcess sleeping = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
            assertThat(sleeping.stdout().read()).isEqualTo('\n');
            Testbed.removeContainer(mortal);
            assertThat(sleeping.await(soon())).isInstanceOf(Exit.TransportLost.class);
            assertThatThrownBy(() -> connection.run(Command.of("false"), soon()))
                    .isInstanceOf(ConnectionException.class);
            connection.disconnect();
            assertThatThrownBy(() -> connection.connect(soon()))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining(mortal.substring(0, 12));
        }
    }
}
