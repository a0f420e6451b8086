package dev.atex.cli.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.cli.Cli;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.lease.ledger.Ledger;
import dev.atex.lease.ledger.RunOwner;
import dev.atex.lease.ledger.StateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLeasesTest {
    @TempDir
    private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Terminal terminal;
    private StateDirectory state;
    private RunDirectory run;

    @BeforeEach
    void makeTerminal() {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", home.toString());
        terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                false);
        state = StateDirectory.of(environment);
        run = new RunDirectory(home.resolve("out"), "run");
    }

    private Ledger ledger(long pid) throws Exception {
        return Ledger.create(state, new RunOwner("run", pid, Instant.now(), run.path()));
    }

    @Test
    void resumeIsRefusedWhileLeasesAreBeingFreed() throws Exception {
        try (Ledger ledger = ledger(1)) { // as its guard has it while it frees
            ledger.intend(DirectoryReclaimer.KIND, DirectoryReclaimer.locator(home));
            assertThatThrownBy(() -> RunLeases.free(terminal, run, Duration.ofMillis(1)))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("run run left is still being freed")
                    .hasMessageContaining(state.reapLog().toString());
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("waiting until");
        }
        RunLeases.free(terminal, run, Duration.ofMillis(1));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("left by the interrupted run: directory run-1 is gone\n");
        assertThat(state.runs()).isEmpty();
    }

    /** The lock is held, but not by the process that has that id now. */
    @Test
    void stopDoesNotEndProcessThatReusedPidOfOwner() throws Exception {
        Process other = new ProcessBuilder("sleep", "1000").start();
        try (Ledger _ = ledger(other.pid())) {
            assertThat(Cli.run(terminal, "stop", "run")).isEqualTo(2);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("process " + other.pid(), "not its own any more");
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }
}
