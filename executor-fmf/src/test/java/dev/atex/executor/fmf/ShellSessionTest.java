package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Interactive shells for people, typed to by a program. */
@Timeout(60)
class ShellSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Harness harness;
    private ShellExecutor executor;

    @BeforeEach
    void start() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
        harness.environment.put("HOME", directory.toString()); // without a .bashrc
        Files.createDirectories(harness.tree.resolve("sub"));
        harness.tests.add(
                new FmfTest("/t", "sub", Map.of("test", "exit 1", "environment", Map.of("MINE", "of the test"))));
        executor = (ShellExecutor) harness.started();
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private static void type(ShellSession shell, String text) throws IOException {
        shell.input().write(text.getBytes(StandardCharsets.UTF_8));
        shell.input().flush();
    }

    /** Reads until the text has come. */
    private static String readUntil(ShellSession shell, String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        byte[] buffer = new byte[1000];
        while (seen.indexOf(text) < 0) {
            int n = shell.output().read(buffer);
            if (n < 0) {
                throw new AssertionError("ended before '" + text + "' came: " + seen);
            }
            seen.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
        }
        return seen.toString();
    }

    @Test
    void shellStartsInDirectoryOfTest() throws Exception {
        assertThat(harness.run("/t")).isEqualTo(1);
        try (ShellSession shell =
                executor.openShell(Optional.of("/t"), Map.of("TERM", "xterm", "a-b", "odd"), 31, 99)) {
            type(shell, "echo \"<${PWD##*/}|$MINE|$TMT_TEST_NAME|$TERM|$(stty size)|$(env | grep ^a-b)>\"\n");
            assertThat(readUntil(shell, ">\r\n")).contains("<sub|of the test|/t|xterm|31 99|a-b=odd>");
            shell.resize(10, 20);
            type(shell, "echo \"<$(stty size)>\"; echo noop >&$ATEX_TEST_CONTROL; exit 3\n");
            assertThat(readUntil(shell, "exit\r\n")).contains("<10 20>");
            assertThat(shell.awaitEnd(Deadline.after(PATIENCE))).isTrue();
        }
        assertThat(harness.run("/t")).isEqualTo(1);
    }

    @Test
    void interruptCharacterGoesToWhatRunsThere() throws Exception {
        try (ShellSession shell = executor.openShell(Optional.empty(), Map.of(), 24, 80)) {
            // The program itself says that it runs, and the prompt that the shell reads again: what comes in between
            // may be lost.
            type(
                    shell,
                    "PS1='next''>'; echo \"<${PWD##*/}>\"; bash -c 'echo re\"\"ady; exec sleep 600'; echo status=$?\n");
            assertThat(readUntil(shell, "ready\r\n")).contains("<tests>");
            type(shell, "\003");
            readUntil(shell, "next>");
            type(shell, "echo after=$?.\n");
            assertThat(readUntil(shell, "next>")).contains("after=130.");
            type(shell, "exit\n");
            assertThat(shell.awaitEnd(Deadline.after(PATIENCE))).isTrue();
        }
    }

    @Test
    void closeEndsAllProcessesOfShell() throws Exception {
        try (ShellSession shell = executor.openShell(Optional.of("/t"), Map.of(), 24, 80)) {
            type(shell, "trap '' HUP; setsid sleep 61987 & sleep 61987 & echo re''ady; sleep 61987\n");
            readUntil(shell, "ready\r\n");
        }
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> List.of(process.info().arguments().orElse(new String[0]))))
                .noneMatch(arguments -> arguments.contains("61987"));
    }

    @Test
    void unknownTestHasNoShell() {
        assertThatThrownBy(() -> executor.openShell(Optional.of("/no"), Map.of(), 24, 80))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("'/no'");
    }
}
