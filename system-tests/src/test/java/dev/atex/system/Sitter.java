package dev.atex.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Somebody at the terminal of a real emulator (tmux), acted by a script. */
final class Sitter {
    /**
     * {@code sit} begins a command there, {@code type} types a line, {@code see} waits until the screen shows something, for
     * {@code $PATIENCE} tenths of a second.
     */
    private static final String FUNCTIONS = """
            t() { tmux -L "$SOCKET" -f /dev/null "$@"; }
            trap 't kill-server' EXIT
            see() {
              for ((i = 0; i < ${PATIENCE:-600}; i++)); do
                t capture-pane -p -S -1000 > screen
                grep -q -e "$1" screen && return
                sleep 0.1
              done
              echo "'$1' was not seen"
              cat screen
              exit 1
            }
            type() { t send-keys "$1" Enter; }
            sit() { t new-session -d -x 120 -y 50 "$1; echo ended with \\$?; sleep 600"; }
            """;

    private Sitter() {}

    /** Runs a script of bash with these functions in a directory, {@code $ATEX} being the command, and returns what it prints. */
    static String sit(Path directory, String script) throws Exception {
        Path home = Files.createDirectories(directory.resolve("home"));
        return Atex.in(directory)
                .with(Map.of(
                        "SOCKET",
                        "atex-" + UUID.randomUUID(),
                        "ATEX",
                        Atex.SOURCES.resolve("atex").toString(),
                        "HOME",
                        home.toString(),
                        "TERM",
                        "xterm",
                        "NO_COLOR",
                        ""))
                .startAs(List.of("bash", "-c", FUNCTIONS + script))
                .end()
                .expect(0)
                .out();
    }
}
