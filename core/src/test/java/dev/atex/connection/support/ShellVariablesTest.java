package dev.atex.connection.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.local.LocalConnection;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a shell makes of variables that come through its standard input. */
@Timeout(60)
class ShellVariablesTest {
    private static final List<String> PRINT = List.of(
            "/bin/sh", "-c", "tr '\\0' '|' < /proc/$$/environ; echo; tr '\\0' ' ' < /proc/$$/cmdline; echo; cat", "it");

    private static String run(Command command, String rest) throws Exception {
        byte[] input = ShellVariables.around(command).getBytes(StandardCharsets.UTF_8);
        Command shell = Command.of(ShellVariables.reader(input.length)).withEnvironment(Map.of("KEPT", "kept"));
        try (Connection connection = new LocalConnection()) {
            connection.connect(Deadline.never());
            RemoteProcess process = connection.start(shell);
            try (OutputStream stdin = process.stdin()) {
                stdin.write(input);
                stdin.write(rest.getBytes(StandardCharsets.UTF_8));
            }
            String out = new String(process.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.await(Deadline.after(Duration.ofSeconds(30)))).isEqualTo(new Exit.Code(0));
            return out;
        }
    }

    @Test
    void variablesArriveLiterallyAndRestOfStdinIsForCommand() throws Exception {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("A", "a 'b' \"c\" $d `e`\n\\");
        variables.put("EMPTY", "");
        variables.put("IFS", "x");
        variables.put("UNICODE", "é漢😀");
        String[] lines =
                run(Command.of(PRINT).withEnvironment(variables), "the rest").split("\n(?=/bin/sh)");
        assertThat(lines[0].split("\\|"))
                .contains("A=a 'b' \"c\" $d `e`\n\\", "EMPTY=", "IFS=x", "UNICODE=é漢😀", "KEPT=kept");
        assertThat(lines[1]).doesNotContain("'b'").endsWith(" it \nthe rest");
    }

    /** Readonly in some shells, no name for any, and the path by which what sets those is found. */
    @Test
    void variablesThatShellCannotSetArriveLiterally() throws Exception {
        Map<String, String> variables =
                Map.of("UID", "1234", "odd.name", "o'dd", "PATH", "/bin:/usr/bin:/nowhere", "B", "b");
        String environment = run(Command.of(PRINT).withEnvironment(variables), "");
        assertThat(environment.lines().findFirst().orElseThrow().split("\\|"))
                .contains("UID=1234", "odd.name=o'dd", "PATH=/bin:/usr/bin:/nowhere", "B=b");
    }

    @Test
    void programIsFoundInItsOwnPath() throws Exception {
        assertThat(run(
                        Command.of("printenv", "X", "PATH").withEnvironment(Map.of("X", "x", "PATH", "/usr/bin:/bin")),
                        ""))
                .isEqualTo("x\n/usr/bin:/bin\n");
    }
}
