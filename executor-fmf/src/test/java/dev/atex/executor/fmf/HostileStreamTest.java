package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.local.LocalConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole tests that send what no test should, from seeds; ControlFuzzTest has many more streams, without the processes. */
@Timeout(300)
@Tag("slow")
class HostileStreamTest {
    private static final int SEEDS = 25;

    @TempDir
    private Path directory;

    private Harness harness;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(new LocalConnection(), directory);
        harness.limits = new ControlLimits(50_000, 100, 1 << 20, 10_000, 30, 100_000, 10);
        harness.test("/hostile", "cat stream >&3").test("/good", "echo fine");
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    @Test
    void hostileStreamsEndInDocumentedOutcomes() throws Exception {
        harness.started(); // the tree was brought there: the stream is put beside the test later
        Path there = harness.leftovers().getFirst().resolve("tests/stream");
        int broken = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Files.write(there, stream(new Random(seed)));
            int code = harness.run("/hostile");
            Map<String, Object> own = harness.results().stream()
                    .filter(result -> !result.containsKey("name"))
                    .reduce((first, last) -> last)
                    .orElseThrow();
            if (code == -1) {
                broken++;
                assertThat(own).as("seed %d", seed).containsEntry("status", "infra");
                assertThat((String) own.get("note"))
                        .as("seed %d", seed)
                        .matches("(?s)Bad(Control|ReportJSON)Error\\(.*\\)");
            } else {
                assertThat(code).as("seed %d", seed).isIn(0, 1);
            }
            try (Stream<Path> files = Files.list(harness.artifacts().directory())) {
                assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("results", "files");
            }
            assertThat(harness.run("/good")).isZero();
            assertThat(harness.output()).isEqualTo("fine\n");
        }
        assertThat(broken).isGreaterThan(SEEDS / 2);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.matches("tree|artifacts-\\d+"));
        }
    }

    @Test
    void thousandsOfPartialResultsHaveALimit() throws Exception {
        harness.test("/partials", """
                for ((i = 0; i < 5000; i++)); do
                  json='{"partial":true,"name":"n'$i'","note":"some words that take up memory"}'
                  printf 'result %d\\n%s' ${#json} "$json" >&3
                done
                """);
        assertThat(harness.run("/partials")).isEqualTo(-1);
        assertThat((String) harness.result().get("note")).contains("partial results");
        assertThat(harness.run("/good")).isZero();
    }

    private static byte[] stream(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            String json = "{\"name\":\"../n" + i + "\",\"status\":\"pass\",\"partial\":" + random.nextBoolean()
                    + ",\"files\":[{\"name\":\"../../f\",\"length\":3}]}";
            text.append("result ")
                    .append(json.length())
                    .append('\n')
                    .append(json)
                    .append("abc");
        }
        text.append(
                switch (random.nextInt(8)) {
                    case 0 -> "result 999999999999\n{";
                    case 1 -> "result -1\n";
                    case 2 -> "result 9000\n" + "[".repeat(9000);
                    case 3 -> "result 20\n{\"name\":";
                    case 4 -> "x".repeat(10_000);
                    case 5 -> "exitcode 0\n";
                    case 6 -> "result 7\n{\"a\":\u00ff}";
                    default -> "duration restore\n";
                });
        byte[] valid = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] noise = new byte[random.nextInt(200_000)];
        random.nextBytes(noise);
        byte[] all = java.util.Arrays.copyOf(valid, valid.length + noise.length);
        System.arraycopy(noise, 0, all, valid.length, noise.length);
        return all;
    }
}
