package dev.atex.internal.concurrent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ProcessMarksTest {
    private final String mark = "marks-" + UUID.randomUUID();
    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void end() throws Exception {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void addedMarksKeepThoseThatWereThere() {
        Map<String, String> environment = new HashMap<>(Map.of(ProcessMarks.VARIABLE, "outer", "A", "old"));
        ProcessMarks.putAll(environment, Map.of(ProcessMarks.VARIABLE, "inner", "A", "new"));
        ProcessMarks.add(environment, "last");
        assertThat(environment)
                .containsOnly(Map.entry(ProcessMarks.VARIABLE, "outer:inner:last"), Map.entry("A", "new"));
        Map<String, String> empty = new HashMap<>();
        ProcessMarks.putAll(empty, Map.of(ProcessMarks.VARIABLE, "inner"));
        assertThat(empty).containsEntry(ProcessMarks.VARIABLE, "inner");
    }

    /** Without a grep that reads beyond zero bytes, the shell looks at each process. */
    @ParameterizedTest
    @ValueSource(strings = {"grep", "no grep"})
    void killerEndsProcessesWithTheMarkAndNoOthers(String tools) throws Exception {
        List<Process> marked = List.of(sleeping(mark), sleeping("outer:" + mark), sleeping("a:" + mark + ":inner"));
        List<Process> others =
                List.of(sleeping("outer"), sleeping(mark + "-x"), sleeping("x-" + mark), sleeping(mark + ".inner"));
        Process otherVariable = sleep(Map.of("OTHER_ATEX_MARK", mark, "ATEX_MARKED", mark));
        ProgramCall.Result result = kill(mark, tools.equals("grep"));
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        for (Process process : marked) {
            assertThat(process.waitFor()).isEqualTo(128 + 9);
        }
        assertThat(others).allMatch(Process::isAlive);
        assertThat(otherVariable.isAlive()).isTrue();
    }

    @Test
    void killerEndsProcessesThatForkAllTheTime() throws Exception {
        String chain = "n=0; while [ $n -lt 20000 ]; do n=$((n + 1)); (sleep 0.01); done & echo; wait";
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "(" + chain + ")");
        builder.environment().put(ProcessMarks.VARIABLE, mark);
        Process process = builder.start();
        started.add(process);
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine()).isEmpty();
        }
        assertThat(kill(mark, true).exitCode()).isZero();
        assertThat(process.waitFor()).isEqualTo(128 + 9);
        ProgramCall.Result left =
                call(List.of("sh", "-c", ProcessMarks.functions() + "marked \"$1\"", "sh", mark), true);
        assertThat(left.out()).isEmpty();
    }

    private Process sleeping(String marks) throws Exception {
        return sleep(Map.of(ProcessMarks.VARIABLE, marks, "A_COPY", "x\nATEX_MARK=copied\ny", "ZZ", "after"));
    }

    private Process sleep(Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo; exec sleep 1000");
        builder.environment().putAll(variables);
        Process process = builder.start();
        started.add(process);
        assertThat(process.inputReader(UTF_8).readLine()).isEmpty();
        return process;
    }

    private ProgramCall.Result kill(String target, boolean grep) throws Exception {
        return call(ProcessMarks.killer(target), grep);
    }

    private ProgramCall.Result call(List<String> command, boolean grep) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (!grep) {
            Path failing = Files.writeString(directory.resolve("grep"), "#!/bin/sh\nexit 2\n");
            Files.setPosixFilePermissions(failing, PosixFilePermissions.fromString("rwxr-xr-x"));
            builder.environment().merge("PATH", directory.toString(), (path, own) -> own + ":" + path);
        }
        return ProgramCall.start(builder)
                .await(Deadline.after(Duration.ofSeconds(60)))
                .orElseThrow();
    }
}
