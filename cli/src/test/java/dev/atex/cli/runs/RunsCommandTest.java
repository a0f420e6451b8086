package dev.atex.cli.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.cli.Cli;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.Runs;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsCommandTest {
    @TempDir
    private Path temp;

    private Path run;

    @BeforeEach
    void makeRunThatUsesMachine() throws Exception {
        run = Files.createDirectories(temp.resolve("runs/one"));
        Files.writeString(run.resolve("run.json"), """
                {"format": 1, "id": "one", "version": "0", "started": "2026-11-24T12:00:00Z", "working-directory": "/",
                 "platform": "p", "options": {"root": ["/"], "plan": ["/plans/smoke"], "provision": ["local"],
                 "platform": ["p"]}, "tests": ["/t"]}
                """);
        Files.writeString(run.resolve("run.lock"), "");
        Files.writeString(run.resolve("events.jsonl"), """
                {"event":"run-started","at":0.000000,"wall-clock":"2026-11-24T12:00:00Z","run-id":"one","platform":"p","tests":["/t"]}
                {"event":"remote-ready","at":0.100000,"remote":"machine-7","provisioner":"local"}
                {"event":"set-up-finished","at":0.200000,"remote":"machine-7"}
                {"event":"test-started","at":1.000000,"remote":"machine-7","test":"/t","attempt":1}
                """);
    }

    private String runs(String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        Map<String, String> environment =
                Map.of("XDG_STATE_HOME", temp.resolve("state").toString());
        String[] args = new String[3 + more.length];
        args[0] = "runs";
        args[1] = "--in";
        args[2] = temp.resolve("runs").toString();
        System.arraycopy(more, 0, args, 3, more.length);
        assertThat(Cli.run(new Terminal(to, to, environment, false), args)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void machinesOfCrashedRunAreUnfinished() {
        assertThat(runs()).contains("crashed", "one: The run was killed before plan /plans/smoke", "machine-7");
        assertThat(runs("--json")).contains("\"unfinished\":[\"machine-7\"]");
    }

    @Test
    void machinesOfRunningRunAreNotUnfinished() throws Exception {
        try (RunLock _ = RunLock.take(Runs.at(run))) {
            assertThat(runs()).contains("running").doesNotContain("killed", "machine-7");
            assertThat(runs("--json")).contains("\"running\"").doesNotContain("unfinished");
        }
    }
}
