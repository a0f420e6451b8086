package dev.atex.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionContract;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.local.process.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalConnectionTest extends ConnectionContract {
    @TempDir
    Path machine;

    @Override
    protected Connection create() {
        return new LocalConnection();
    }

    @Override
    protected String newRemoteDirectory() {
        return machine.resolve("new").toString();
    }

    @Override
    protected int exchangedCopies() {
        return 30;
    }

    @Test
    void disconnectEndsProcessesInOtherSessions() throws Exception {
        LocalConnection connection = new LocalConnection();
        connection.connect(soon());
        long pid = Long.parseLong(connection
                .run(Command.of("sh", "-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!"), soon())
                .stdoutText()
                .strip());
        assertThat(Processes.isZombie(pid)).isFalse();
        connection.disconnect(soon());
        assertThat(Processes.isZombie(pid)).isTrue();
    }

    @Test
    void variablesWithOddNamesArrive() throws Exception {
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            Command printenv = Command.of("printenv", "odd.name").withEnvironment(Map.of("odd.name", "kept"));
            assertThat(connection.run(printenv, soon()).stdoutText()).isEqualTo("kept\n");
        }
    }

    @Test
    void endMarkIsFoundBeforeLaterOutputOfDaemon() throws Exception {
        Path file = machine.resolve("out");
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            RemoteProcess process =
                    connection.start(Command.of("printf", "outMARKlate").withStdout(Output.appendTo(file, "MARK")));
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        }
        assertThat(Files.readString(file)).isEqualTo("outlate");
    }

    @Test
    void bothOutputsInOneFileKeepTheirOrder() throws Exception {
        Path file = machine.resolve("out");
        Output output = Output.appendTo(file);
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            String script = "for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo $i >&2; done";
            RemoteProcess process = connection.start(
                    Command.of("sh", "-c", script).withStdout(output).withStderr(output));
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        }
        assertThat(Files.readString(file).replace("\n", "")).isEqualTo("112233445566778899");
    }

    @Test
    void textThatLocaleCannotEncodeIsRefused() throws Exception {
        CommandEncoding.check("h\u00e9", UTF_8);
        CommandEncoding.check("plain", US_ASCII);
        assertThatThrownBy(() -> CommandEncoding.check("h\u00e9", US_ASCII)).hasMessageContaining("LC_ALL=C.UTF-8");
        assertThatThrownBy(() -> CommandEncoding.check("\ud800", UTF_8)).isInstanceOf(IOException.class);
    }

    @Test
    void commandsHaveLocaleOfUser() {
        Map<String, String> environment = new HashMap<>(Map.of("LC_ALL", "C.UTF-8", "ATEX_LC_ALL", "de_DE"));
        CommandEncoding.restoreLocale(environment);
        assertThat(environment).isEqualTo(Map.of("LC_ALL", "de_DE"));
        CommandEncoding.restoreLocale(environment);
        assertThat(environment).isEqualTo(Map.of("LC_ALL", "de_DE"));
        environment.put("ATEX_LC_ALL", "");
        CommandEncoding.restoreLocale(environment);
        assertThat(environment).isEmpty();
    }

    /** Tests and scripts of plans are refused to reboot it. */
    @Test
    void commandCanTellThatItRunsOnThisHost() throws Exception {
        try (LocalConnection local = new LocalConnection()) {
            local.connect(Deadline.after(Duration.ofSeconds(30)));
            Command command =
                    Command.of("sh", "-c", "echo $ATEX_THIS_HOST").withEnvironment(Map.of("ATEX_THIS_HOST", ""));
            assertThat(local.run(command, Deadline.after(Duration.ofSeconds(30)))
                            .stdoutText())
                    .isEqualTo("1\n");
        }
    }

    @Test
    void killEndsTheSessionOfTheCommand() throws Exception {
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(soon());
            RemoteProcess process = connection.start(Command.of("sh", "-c", "sleep 1000 & echo $!; wait"));
            long child;
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.stdout(), UTF_8))) {
                child = Long.parseLong(lines.readLine());
                process.kill();
            }
            ProcessHandle.of(child).ifPresent(handle -> handle.onExit().join());
            assertThat(Processes.isZombie(child)).isTrue();
        }
    }
}
