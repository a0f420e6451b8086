package dev.atex.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Output;
import dev.atex.local.LocalConnection;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandExecutorTest extends ExecutorContract {

    @Override
    protected ExecutorFactory factory(Map<String, String> scripts) {
        Map<String, Command> commands = new LinkedHashMap<>();
        scripts.forEach((name, script) -> commands.put(name, Command.of("sh", "-c", script)));
        return CommandTests.of(commands);
    }

    private Ending run(CommandTests tests, TestArtifacts artifacts) throws Exception {
        try (LocalConnection connection = new LocalConnection()) {
            connection.connect(Deadline.after(Duration.ofMinutes(5)));
            return tests.create(connection).runTest("/t", artifacts, Map.of("B", "3"));
        }
    }

    @Test
    void statusFunctionMapsExitCode() throws Exception {
        Command command = Command.of("sh", "-c", "echo $A $B; exit 4")
                .withEnvironment(Map.of("A", "1", "B", "2"))
                .withStdout(Output.discard());
        CommandTests tests = CommandTests.of(Map.of("/t", command)).withStatus(code -> code == 4 ? "skip" : "never");
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        assertThat(run(tests, artifacts)).isEqualTo(Ending.exited(4).reporting("skip", Optional.empty()));
        assertThat(artifacts.resultsFile()).content().isEqualTo("{\"status\":\"skip\",\"files\":[\"output.txt\"]}\n");
        assertThat(artifacts.directory().resolve("files/output.txt")).content().isEqualTo("1 3\n");
        assertThat(tests.names()).containsExactly("/t");
    }

    @Test
    void throwingStatusFunctionAbortsTest() throws Exception {
        CommandTests tests = CommandTests.of(Map.of("/t", Command.of("true"))).withStatus(code -> {
            throw new IllegalStateException("no idea");
        });
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        assertThat(run(tests, artifacts).failure()).contains(FailureClass.INTERNAL);
        assertThat(artifacts.ownResult().orElseThrow().note().orElseThrow()).contains("no idea");
    }

    @Test
    void testOverTimeLimitIsAborted() throws Exception {
        CommandTests tests =
                CommandTests.of(Map.of("/t", Command.of("sleep", "1000000"))).withLimit(Duration.ofMillis(50));
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        Ending abort = run(tests, artifacts);
        assertThat(abort.failure()).contains(FailureClass.TIMEOUT);
        assertThat(abort.note()).contains("TestAbortedError(test duration timeout reached)");
        assertThat(artifacts.ownResult().orElseThrow().status()).contains("infra");
    }

    @Test
    void missingProgramExitsWith127() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        CommandTests tests = CommandTests.of(Map.of("/t", Command.of(List.of("/no/such/program"))));
        assertThat(run(tests, artifacts).exitCode()).hasValue(127);
        assertThat(Files.readString(artifacts.directory().resolve("files/output.txt")))
                .contains("/no/such/program");
    }

    @Test
    void storageFailureAbortsTest() throws Exception {
        Files.writeString(temp.resolve("file"), "");
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("file/a"));
        Ending abort = run(CommandTests.of(Map.of("/t", Command.of("true"))), artifacts);
        assertThat(abort.failure()).contains(FailureClass.INTERNAL);
        assertThat(abort.note().orElseThrow()).contains("cannot store the output of the test: ");
    }
}
