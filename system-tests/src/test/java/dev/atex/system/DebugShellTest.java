package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonNumber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shells for people, on the terminal of a real emulator. */
@Timeout(180)
class DebugShellTest {
    @TempDir
    private Path directory;

    private String sit(String script) throws Exception {
        return Sitter.sit(directory, script);
    }

    @Test
    void failedTestOpensShellInItsDirectory() throws Exception {
        Tree.in(directory)
                .test("bad", "echo MADE > made; exit 7")
                .test("good", "test ! -e made")
                .test("worse", "exit 3");
        String screen = sit("""
                sit "'$ATEX' run --debug-shell on-failure --output run -e MINE=yes --keep-machine-on never"
                see '/bad failed on local-1: exit code 7'
                see '#\\|\\$ *$'
                type 'cat made; echo "<$MINE $TMT_TEST_NAME>"; sleep 600'
                see '<yes /bad>'
                t send-keys C-c
                type 'echo "after <$?>"; ls run/files; exit'
                see 'after <130>'
                see '/worse failed on local'
                see "the run goes on.*" # and another one comes
                see '#\\|\\$ *$'
                type 'exit'
                see 'ended with 1'
                t capture-pane -p -S -1000
                """);
        assertThat(screen)
                .contains("MADE", "--- the run goes on", "3 tests: 1 pass, 2 fail")
                .doesNotContain("/good failed");
        assertThat(Tree.own(directory.resolve("run"))).hasSize(3);
    }

    @Test
    void rerunInShellWorksAndShellTimeDoesNotCount() throws Exception {
        Tree.in(directory).test("bad", "echo \"started <$((++N))>\" | tee -a count; sleep 0.3; exit 7");
        sit("""
                sit "'$ATEX' run --debug-shell on-failure --output run"
                see '    . started <1>' # its last output
                see '#\\|\\$ *$'
                type 'rerun; echo "after <$?> $(wc -l < count)"'
                see 'after <7> 2'
                type 'sleep 3; exit'
                see 'ended with 1'
                """);
        String finished = Files.readAllLines(directory.resolve("run/events.jsonl")).stream()
                .filter(line -> line.contains("\"test-finished\""))
                .findFirst()
                .orElseThrow();
        Map<?, ?> event = (Map<?, ?>) Json.parse(finished);
        assertThat(seconds(event, "at") - seconds(event, "ended")).isGreaterThan(3);
    }

    private static double seconds(Map<?, ?> event, String key) {
        return ((JsonNumber) Objects.requireNonNull(event.get(key))).value().doubleValue();
    }

    @Test
    void sigtermEndsShellAndRun() throws Exception {
        Tree.in(directory).test("bad", "exit 7");
        String screen = sit("""
                sit "exec '$ATEX' run --debug-shell on-failure --output run"
                see 'the run goes on'
                see '#\\|\\$ *$'
                type 'echo re""ady; sleep 600'
                see '^ready'
                t list-panes -F '#{pane_pid}' > pid
                pkill -TERM -P "$(cat pid)" java || kill -TERM "$(cat pid)"
                see 'Results:'
                cat screen
                """.replace("exec '", "'"));
        assertThat(screen).contains("fail /bad");
    }

    @Test
    void shellCommandOpensShellOnMachine() throws Exception {
        Tree.in(directory)
                .file("plan.fmf", "discover: {how: fmf}\nprepare: {how: shell, script: echo PREPARED > prepared}\n")
                .test("one", "false")
                .test("two", "false");
        String screen = sit("""
                sit "'$ATEX' shell --plan /plan -t one"
                see 'local-1, where /one runs'
                type 'cat $TMT_TREE/prepared; echo "<$TMT_TEST_NAME>"; exit 5'
                see 'ended with 0'
                cat screen
                """);
        assertThat(screen).contains("PREPARED", "</one>");
    }

    @Test
    void thirdSignalRestoresTerminal() throws Exception {
        Tree.in(directory).test("bad", "exit 7");
        String screen = sit("""
                sit "'$ATEX' shell"
                see 'local-1, where /bad runs'
                type 'echo re""ady; trap "" HUP; sleep 600'
                see '^ready'
                run=$(pgrep -P "$(t list-panes -F '#{pane_pid}')" -f . | head -n 1)
                kill -TERM "$run"; kill -INT "$run"; kill -HUP "$run"
                see 'ended with 1[0-9]*' # of the first one to be told
                t list-panes -F '#{pane_tty}' > tty
                stty -a < "$(cat tty)" > settings
                cat screen
                """);
        assertThat(screen).containsPattern("ended with (129|130|143)");
        assertThat(Files.readString(directory.resolve("settings")))
                .contains(" icanon")
                .contains(" echo ");
    }

    @Test
    void shellWithoutTerminalIsRefused() throws Exception {
        Tree.in(directory).test("bad", "exit 7");
        assertThat(Atex.in(directory)
                        .call("run", "--debug-shell", "on-failure", "--output", "run")
                        .expect(2)
                        .err())
                .contains("--debug-shell needs a terminal");
        assertThat(directory.resolve("run")).doesNotExist();
        assertThat(Atex.in(directory).call("shell").expect(2).err()).contains("atex shell needs a terminal");
    }
}
