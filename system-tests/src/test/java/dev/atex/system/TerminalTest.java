package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody in front of a terminal sees. */
class TerminalTest {
    @TempDir
    private Path directory;

    private String onTerminal(Map<String, String> environment, String command) throws Exception {
        return Atex.in(directory)
                .with(environment)
                .startAs(List.of("script", "-qec", Atex.SOURCES.resolve("atex") + " " + command, "/dev/null"))
                .end()
                .out();
    }

    @Test
    void aTerminalHasColoursAndAnArea() throws Exception {
        Tree.in(directory).test("good", "sleep 1").test("bad", "exit 7");
        Map<String, String> terminal = Map.of("TERM", "xterm", "NO_COLOR", "");
        String screen = onTerminal(terminal, "run --output run");
        assertThat(screen)
                .contains("\u001b[J", "1/2 done", "\u001b[31;1mfail", "2 tests: ")
                .doesNotContain("pass  /good"); // counted, not listed
    }

    @Test
    void coloursCanBeTurnedOff() throws Exception {
        Tree.in(directory).test("bad", "exit 7");
        String screen = onTerminal(Map.of("TERM", "xterm", "NO_COLOR", "1"), "run --output run");
        assertThat(screen).contains("\u001b[J").doesNotContainPattern("\u001b\\[[0-9;]*m");
        assertThat(onTerminal(Map.of("TERM", "dumb"), "run --output again")).doesNotContain("\u001b");
    }

    /** The final picture, as a real terminal emulator has it, also after the terminal became narrow and wide again during the run. */
    @Test
    void theAreaLeavesNothingBehind() throws Exception {
        Tree.in(directory)
                .test("good", "sleep 1")
                .test(
                        "bad",
                        "for size in '60 -y 20' '24 -y 12' '130 -y 50'; do tmux -L \"$SOCKET\" resize-window -x $size; sleep 0.3; done; exit 7");
        String socket = "atex-" + UUID.randomUUID();
        List<String> script = List.of("bash", "-c", """
                t() { tmux -L "$SOCKET" -f /dev/null "$@"; }
                t new-session -d -x 100 -y 40 "'$ATEX' run --output run -e SOCKET=$SOCKET; \
                tmux -L '$SOCKET' capture-pane -p -S - > screen; tmux -L '$SOCKET' wait-for -S done"
                t wait-for done
                t kill-server
                cat screen
                """);
        String screen = Atex.in(directory)
                .with(Map.of(
                        "SOCKET", socket, "ATEX", Atex.SOURCES.resolve("atex").toString(), "NO_COLOR", ""))
                .startAs(script)
                .end()
                .out();
        assertThat(screen.lines().map(String::strip).filter(line -> !line.isEmpty()))
                .hasSize(8) // with why it failed
                .anyMatch(line -> line.equals("2 tests on local, run directory run"))
                .anyMatch(line -> line.matches("\\[1/2] fail  /bad  .* on local-1: exit code 7"))
                .anyMatch(line -> line.matches("2 tests: 1 pass, 1 fail in .*"))
                .noneMatch(line -> line.contains("done,"));
    }
}
