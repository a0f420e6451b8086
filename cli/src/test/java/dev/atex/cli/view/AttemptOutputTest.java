package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.TestArtifacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptOutputTest {
    private static final Optional<String> LOG = Optional.of("output.txt");

    @TempDir
    private Path directory;

    private TestArtifacts artifacts(String output) throws IOException {
        Path files = Files.createDirectories(directory.resolve("files"));
        Files.writeString(files.resolve("output.txt"), output);
        return TestArtifacts.in(directory);
    }

    @Test
    void lastLinesAreShownEscaped() throws IOException {
        TestArtifacts artifacts = artifacts("one\ntwo\tx\nthree \u001b[2J\n\n");
        assertThat(AttemptOutput.of(artifacts, LOG, 2).block(Style.PLAIN))
                .containsExactly("    | ...", "    | two    x", "    | three \\e[2J");
        assertThat(AttemptOutput.of(artifacts, LOG, 9).printable()).hasSize(3).startsWith("one");
        assertThat(AttemptOutput.of(artifacts, LOG, 9).withoutLines().block(Style.PLAIN))
                .isEmpty();
    }

    @Test
    void onlyEndOfLongOutputIsRead() throws IOException {
        String line = "\u00e9".repeat(2_000);
        TestArtifacts artifacts =
                artifacts(IntStream.range(0, 400).mapToObj(i -> i + line).collect(Collectors.joining("\n")));
        assertThat(AttemptOutput.of(artifacts, LOG, 10_000).lines())
                .hasSizeLessThan(100)
                .last()
                .asString()
                .startsWith("399")
                .hasSizeLessThan(600);
    }

    @Test
    void failedSubtestsAreNamedUpToLimit() throws IOException {
        TestArtifacts artifacts = artifacts("");
        for (int i = 0; i < 15; i++) {
            artifacts.addResult(Map.of("name", "s" + i, "status", i == 3 ? "pass" : "fail"));
        }
        artifacts.addResult(Map.of("status", "fail"));
        assertThat(AttemptOutput.of(artifacts, LOG, 5).block(Style.PLAIN))
                .containsExactly("    failed: s0, s1, s2, s4, s5, s6, s7, s8, s9, s10 and 4 more");
    }

    @Test
    void missingOutputIsNotShown() throws IOException {
        TestArtifacts nothing = TestArtifacts.in(directory.resolve("none"));
        assertThat(AttemptOutput.of(nothing, LOG, 5).block(Style.PLAIN)).isEmpty();
        assertThat(AttemptOutput.of(nothing, Optional.empty(), 5).block(Style.PLAIN))
                .isEmpty();
        Files.createDirectories(directory.resolve("files"));
        Files.createSymbolicLink(directory.resolve("files/output.txt"), Path.of("/etc/hostname"));
        assertThat(AttemptOutput.of(TestArtifacts.in(directory), LOG, 5).lines())
                .isEmpty();
    }
}
