package dev.atex.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProcessMarks;
import dev.atex.internal.concurrent.TaskScope;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What every {@link Connection} promises. The machine has a POSIX shell and coreutils. */
public abstract class ConnectionContract extends CopyContract {
    /** For subclasses. */
    protected ConnectionContract() {}

    private CommandResult sh(String script, String... arguments) throws Exception {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        argv.addAll(List.of(arguments));
        return connection.run(Command.of(argv), soon());
    }

    @Test
    void argumentsArriveLiterally() throws Exception {
        String[] odd = {
            "", " ", "a b", "'", "\"", "\\", "$HOME", "`id`", "*", "-n", "--", "new\nline", "tab\t", "é漢😀", "%s;|&"
        };
        CommandResult result = sh("for a; do printf '%s\\0' \"$a\"; done", odd);
        assertThat(result.stdoutText().split("\0", -1)).containsExactly(append(odd, ""));
    }

    private static String[] append(String[] array, String last) {
        String[] longer = java.util.Arrays.copyOf(array, array.length + 1);
        longer[array.length] = last;
        return longer;
    }

    @Test
    void environmentArrivesLiterally() throws Exception {
        Map<String, String> variables =
                Map.of("ATEX_T_A", "a 'b' \"c\" $d\n\\", "ATEX_T_EMPTY", "", "ATEX_T_UNICODE", "é漢😀");
        CommandResult result = connection.run(
                Command.of("sh", "-c", "printf '%s|' \"$ATEX_T_A\" \"${ATEX_T_EMPTY-unset}\" \"$ATEX_T_UNICODE\"")
                        .withEnvironment(variables),
                soon());
        assertThat(result.stdoutText()).isEqualTo("a 'b' \"c\" $d\n\\||é漢😀|");
    }

    /** SSH tells a signal from an exit code. */
    private static final Set<Exit> KILLED = Set.of(new Exit.Code(128 + 9), new Exit.Signal(9));

    /** As for a run inside a test of another run: neither loses the marks of the other, nor kills more than its own. */
    @Test
    void marksOfCommandAreAddedToThoseOfConnectionAndFindOnlyItsProcesses() throws Exception {
        String unmarked = sh("printf %s \"$ATEX_MARK\"").stdoutText();
        String outer = "outer-" + UUID.randomUUID();
        String inner = outer + ".inner";
        Command sleeping = Command.of("sh", "-c", "printf '%s\\n' \"$ATEX_MARK\"; exec sleep 1000");
        try (RemoteProcess outerProcess = connection.start(marked(sleeping, outer));
                RemoteProcess innerProcess = connection.start(marked(sleeping, outer + ":" + inner));
                RemoteProcess other = connection.start(marked(sleeping, outer + "-other"))) {
            String list = firstLine(outerProcess);
            assertThat(list.split(":")).contains(outer);
            assertThat(list.split(":")).hasSize(unmarked.isEmpty() ? 1 : unmarked.split(":").length + 1);
            assertThat(firstLine(innerProcess).split(":")).contains(outer, inner);
            String _ = firstLine(other);

            kill(inner);
            assertThat(innerProcess.await(soon())).isIn(KILLED);
            assertThat(outerProcess.await(Deadline.after(Duration.ZERO))).isEqualTo(new Exit.StillRunning());
            try (RemoteProcess again = connection.start(marked(sleeping, outer + ":" + inner))) {
                String _ = firstLine(again);
                kill(outer);
                assertThat(again.await(soon())).isIn(KILLED);
                assertThat(outerProcess.await(soon())).isIn(KILLED);
            }
            assertThat(other.await(Deadline.after(Duration.ZERO))).isEqualTo(new Exit.StillRunning());
            other.kill();
        }
    }

    private static Command marked(Command command, String marks) {
        return command.withEnvironment(Map.of(ProcessMarks.VARIABLE, marks));
    }

    private void kill(String mark) throws Exception {
        CommandResult result = connection.run(Command.of(ProcessMarks.killer(mark)), soon());
        assertThat(result.stderrText()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    private static String firstLine(RemoteProcess process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.stdout(), UTF_8)).readLine();
    }

    /** Everybody on a machine sees arguments: looked at there by the command itself, and here while it runs. */
    @Test
    void variablesAreNotInArguments() throws Exception {
        String secret = "secret-" + UUID.randomUUID();
        String look =
                "for p in /proc/[0-9]*; do case \"$(tr '\\0' ' ' <$p/cmdline)\" in *\"$ATEX_T_SECRET\"*) echo $p;; esac; "
                        + "done 2>/dev/null; echo \"end of ${#ATEX_T_SECRET}\"; read line; echo \"$line\"";
        Command command = Command.of("sh", "-c", look).withEnvironment(Map.of("ATEX_T_SECRET", secret));
        try (RemoteProcess process = connection.start(command);
                BufferedReader lines = new BufferedReader(new InputStreamReader(process.stdout(), UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("end of " + secret.length());
            assertThat(ProcessHandle.allProcesses()
                            .filter(handle -> commandLine(handle).contains(secret))
                            .toList())
                    .isEmpty();
            process.stdin().write("more\n".getBytes(UTF_8));
            process.stdin().flush();
            assertThat(lines.readLine()).isEqualTo("more");
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline")), ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone
        }
    }

    @Test
    void exitCodesArrive() throws Exception {
        for (int code : List.of(0, 1, 2, 77, 126, 127, 128, 130, 254, 255)) {
            assertThat(sh("exit $1", Integer.toString(code)).exitCode()).isEqualTo(code);
        }
    }

    @Test
    void deathBySignalIsExitCode128PlusNumber() throws Exception {
        assertThat(sh("kill -TERM $$").exitCode()).isEqualTo(128 + 15);
        assertThat(sh("kill -KILL $$").exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void missingProgramHasExitCode127() throws Exception {
        CommandResult result = connection.run(Command.of("/no/such/program"), soon());
        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.stderrText()).contains("/no/such/program");
    }

    @Test
    void bothStreamsCanBeLargeAtOnce() throws Exception {
        int megabytes = 4;
        CommandResult result = sh(
                "head -c $1 /dev/zero | tr '\\0' e >&2 & head -c $1 /dev/zero | tr '\\0' o; wait",
                Integer.toString(megabytes << 20));
        assertThat(result.stdout()).hasSize(megabytes << 20).containsOnly('o');
        assertThat(result.stderr()).hasSize(megabytes << 20).containsOnly('e');
    }

    @Test
    void stdinReachesCommandByteForByte() throws Exception {
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        try (TaskScope scope = TaskScope.open("test");
                RemoteProcess cat = connection.start(Command.of("cat"))) {
            TaskScope.Task<byte[]> echo =
                    scope.forkPlatform("reader", () -> cat.stdout().readAllBytes());
            try (OutputStream stdin = cat.stdin()) {
                new ByteArrayInputStream(bytes).transferTo(stdin);
            }
            assertThat(echo.join(soon())).isEqualTo(bytes);
            assertThat(cat.await(soon())).isEqualTo(new Exit.Code(0));
        }
    }

    @Test
    void streamsWorkInVirtualThreads() throws Exception {
        try (TaskScope scope = TaskScope.open("test");
                RemoteProcess cat = connection.start(Command.of("cat"))) {
            TaskScope.Task<String> line = scope.fork("both", () -> {
                cat.stdin().write("hello".getBytes(UTF_8));
                cat.stdin().close();
                return new String(cat.stdout().readAllBytes(), UTF_8);
            });
            assertThat(line.join(soon())).isEqualTo("hello");
        }
    }

    @Test
    void closeGivesWritingCommandEpipe() throws Exception {
        RemoteProcess yes = connection.start(Command.of("sh", "-c", "trap '' PIPE; yes; exit 3"));
        assertThat(yes.stdout().read()).isEqualTo('y');
        yes.close();
        assertThat(yes.await(soon())).isEqualTo(new Exit.Code(3));
    }

    @Test
    void closeWakesReaders() throws Exception {
        for (boolean virtual : List.of(false, true)) {
            try (TaskScope scope = TaskScope.open("test")) {
                RemoteProcess silent = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
                TaskScope.Task<Integer> reader = virtual
                        ? scope.fork("reader", () -> readTwo(silent.stdout()))
                        : scope.forkPlatform("reader", () -> readTwo(silent.stdout()));
                silent.close();
                assertThat(reader.awaitEnd(soon())).isTrue();
                silent.kill();
            }
        }
    }

    private static int readTwo(InputStream from) throws IOException {
        return from.read() < 0 ? -1 : from.read();
    }

    @Test
    void awaitDoesNotWaitForStreamOfDaemon() throws Exception {
        CommandResult result = sh("sleep 1000 & echo done");
        assertThat(result.stdoutText()).isEqualTo("done\n");
    }

    @Test
    void manyCommandsRunAtOnce() throws Exception {
        try (TaskScope scope = TaskScope.open("test")) {
            List<TaskScope.Task<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String word = "word" + i;
                tasks.add(scope.fork("command", () -> sh("echo $1", word).stdoutText()));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(tasks.get(i).join(soon())).isEqualTo("word" + i + "\n");
            }
        }
    }

    @Test
    void deadlineEndsAwait() throws Exception {
        RemoteProcess sleeping = connection.start(Command.of("sleep", "1000"));
        assertThat(sleeping.await(Deadline.after(Duration.ZERO))).isEqualTo(new Exit.StillRunning());
        sleeping.kill();
        assertThatThrownBy(() -> connection.run(Command.of("sleep", "1000"), Deadline.after(Duration.ofMillis(1))))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("sleep");
    }

    @Test
    void awaitCanBeInterrupted() throws Exception {
        RemoteProcess sleeping = connection.start(Command.of("sleep", "1000"));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sleeping.await(soon())).isInstanceOf(InterruptedException.class);
        sleeping.kill();
    }

    @Test
    void disconnectReportsRunningCommandsAsLost() throws Exception {
        RemoteProcess sleeping = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Integer> reader = scope.forkPlatform("reader", () -> readTwo(sleeping.stdout()));
            connection.disconnect();
            assertThat(sleeping.await(soon())).isInstanceOf(Exit.TransportLost.class);
            assertThat(reader.awaitEnd(soon())).isTrue();
        }
        assertThatThrownBy(() -> connection.start(Command.of("true"))).isInstanceOf(ConnectionException.class);
    }

    @Test
    void disconnectedConnectionConnectsAgain() throws Exception {
        connection.disconnect();
        connection.disconnect();
        connection.connect(soon());
        connection.connect(soon());
        assertThat(sh("echo again").stdoutText()).isEqualTo("again\n");
    }

    @Test
    void outputIsAppendedToFileWithoutEndMark() throws Exception {
        Path file = here.resolve("out");
        Files.writeString(file, "before MARK\n");
        RemoteProcess process = connection.start(Command.of("sh", "-c", "printf 'a\\0b'; printf err >&2; printf MARK")
                .withStdout(Output.appendTo(file, "MARK"))
                .withStderr(Output.discard()));
        assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        assertThat(Files.readString(file)).isEqualTo("before MARK\na\0b");
    }

    @Test
    void reopenedOutputIsNotTruncated() throws Exception {
        Path file = here.resolve("out");
        String script = "echo 1; echo 2 > /dev/stderr; echo 3 >&2; echo 4 > /dev/stdout; printf MARK >&2";
        RemoteProcess process = connection.start(
                Command.of("sh", "-c", script).withStdout(Output.discard()).withStderr(Output.appendTo(file, "MARK")));
        assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
        assertThat(Files.readString(file)).isEqualTo("2\n3\n");
    }

    @Test
    void outputWithoutEndMarkIsCompleteAfterExit() throws Exception {
        Path file = here.resolve("out");
        String script = "setsid sleep 600 & seq 100000";
        try (RemoteProcess process =
                connection.start(Command.of("sh", "-c", script).withStdout(Output.appendTo(file)))) {
            assertThat(process.await(soon())).isEqualTo(new Exit.Code(0));
            assertThat(Files.readAllLines(file)).hasSize(100_000);
        }
    }

    @Test
    void readCanBeInterrupted() throws Exception {
        RemoteProcess silent = connection.start(Command.of("sh", "-c", "echo; exec sleep 1000"));
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Integer> reader = scope.forkPlatform("reader", () -> readTwo(silent.stdout()));
            reader.interrupt();
            assertThatThrownBy(() -> reader.join(soon())).isInstanceOf(ExecutionException.class);
        }
        silent.kill();
    }
}
