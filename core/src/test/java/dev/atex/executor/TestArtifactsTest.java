package dev.atex.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonBytes;
import dev.atex.internal.json.JsonNumber;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestArtifactsTest {
    @TempDir
    Path temp;

    private TestArtifacts artifacts() {
        return TestArtifacts.in(temp.resolve("deep/artifacts"));
    }

    @Test
    void nothingIsCreatedBeforeFirstWrite() throws Exception {
        TestArtifacts artifacts = artifacts();
        assertThat(artifacts.ownResult()).isEmpty();
        assertThat(artifacts.files().find(null, "output.txt")).isEmpty();
        assertThat(temp.resolve("deep")).doesNotExist();
    }

    @Test
    void resultsAreCompactLinesInOrderWithUnknownKeysAndTheTextOfNumbers() throws Exception {
        TestArtifacts artifacts = artifacts();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("zeta", new JsonNumber("1.10"));
        result.put("status", "pass");
        result.put("nested", Map.of("k", Arrays.asList(1, 2L, null, true)));
        result.put("note", "žluťoučký 🐎\n\"\u0001\ud800\u007f");
        artifacts.addResult(result);
        artifacts.addResult(Map.of());
        assertThat(artifacts.resultsFile())
                .content(StandardCharsets.UTF_8)
                .isEqualTo("{\"zeta\":1.10,\"status\":\"pass\",\"nested\":{\"k\":[1,2,null,true]},"
                        + "\"note\":\"žluťoučký 🐎\\n\\\"\\u0001\\ud800\u007f\"}\n{}\n");
    }

    @Test
    void flushedResultsAreReadable() throws Exception {
        TestArtifacts artifacts = artifacts();
        try (ResultWriter writer = artifacts.openResults()) {
            writer.write(Map.of("name", "a"));
            assertThat(artifacts.resultsFile()).hasSize(0);
            writer.flush();
            assertThat(artifacts.resultsFile()).content().isEqualTo("{\"name\":\"a\"}\n");
        }
    }

    @Test
    void laterOwnResultKeepsFailure() throws Exception {
        TestArtifacts artifacts = artifacts();
        artifacts.addResult(Map.of("status", "pass"));
        artifacts.addResult(Map.of("status", "FAIL", "note", "why"));
        artifacts.addResult(Map.of("status", "pass", "note", "later"));
        ResultTally expected = new ResultTally(
                Optional.of(new OwnResult(Optional.of("fail"), Optional.of("why"), Optional.empty())),
                0,
                Optional.empty());
        assertThat(artifacts.tally()).isEqualTo(expected);
        assertThat(TestArtifacts.in(artifacts.directory()).tally()).isEqualTo(expected);
    }

    @Test
    void failedSubtestsWithAnyWordAreCounted() throws Exception {
        TestArtifacts artifacts = artifacts();
        int failed = 0;
        try (ResultWriter writer = artifacts.openResults()) {
            for (String status : List.of("pass", "FAIL", "Failed", "error", "infra", "skip", "WARNING", "odd", "")) {
                failed += status.isEmpty() || !Status.of(status).failed() ? 0 : 1;
                writer.write(Map.of("name", "a", "status", status));
                byte[] text = ("{\"name\":\"b\",\"status\":\"" + status + "\"}").getBytes();
                FlatObject flat = new FlatObject(JsonBytes.Style.COMPACT);
                assertThat(flat.read(text, 0, text.length)).isTrue();
                writer.write(flat);
            }
            FlatObject number = new FlatObject(JsonBytes.Style.COMPACT);
            byte[] text = "{\"name\":\"c\",\"status\":5}".getBytes();
            assertThat(number.read(text, 0, text.length)).isTrue();
            writer.write(number);
        }
        assertThat(failed).isEqualTo(5);
        assertThat(artifacts.tally()).isEqualTo(new ResultTally(Optional.empty(), 11, Optional.of("a")));
        assertThat(TestArtifacts.in(artifacts.directory()).tally()).isEqualTo(artifacts.tally());
        artifacts.subtestsAreDecided();
        assertThat(artifacts.tally().failedSubtests()).isZero();
    }

    @Test
    void ownResultIsTheLastWithoutName() throws Exception {
        TestArtifacts artifacts = artifacts();
        artifacts.addResult(Map.of("status", "warn", "note", "first"));
        Map<String, Object> nullName = new LinkedHashMap<>();
        nullName.put("name", null);
        nullName.put("status", "pass");
        nullName.put("files", List.of("output.txt", "b"));
        artifacts.addResult(nullName);
        artifacts.addResult(Map.of("status", "error", "name", "sub"));
        OwnResult expected = new OwnResult(Optional.of("pass"), Optional.empty(), Optional.of("output.txt"));
        assertThat(artifacts.ownResult()).contains(expected);
        assertThat(TestArtifacts.in(artifacts.directory()).ownResult()).contains(expected);
    }

    @Test
    void artifactsToBeFilledSeeWhatAnExecutorWroteByItself() throws Exception {
        TestArtifacts artifacts = TestArtifacts.toBeFilled(artifacts().directory());
        assertThat(artifacts.ownResult()).isEmpty();
        Files.createDirectories(artifacts.directory());
        Files.writeString(artifacts.resultsFile(), "{\"status\":\"pass\"}\n");
        assertThat(artifacts.ownResult().orElseThrow().status()).contains("pass");
    }

    @Test
    void ownResultIsKnownWithoutReading() throws Exception {
        TestArtifacts artifacts = artifacts();
        artifacts.addResult(Map.of("status", "pass"));
        Files.writeString(artifacts.resultsFile(), "x".repeat((int) Files.size(artifacts.resultsFile())));
        assertThat(artifacts.ownResult().orElseThrow().status()).contains("pass");
    }

    @Test
    void ownResultSeesWhatOthersWroteIntoTheFile() throws Exception {
        TestArtifacts artifacts = artifacts();
        artifacts.addResult(Map.of("status", "pass"));
        Files.writeString(
                artifacts.resultsFile(), "{\"status\":\"fail\",\"note\":7}", java.nio.file.StandardOpenOption.APPEND);
        assertThat(artifacts.ownResult())
                .contains(new OwnResult(Optional.of("fail"), Optional.empty(), Optional.empty()));
    }

    @Test
    void flatObjectsCountLikeOthers() throws Exception {
        TestArtifacts artifacts = artifacts();
        FlatObject flat = new FlatObject(JsonBytes.Style.COMPACT);
        byte[] text = "{ \"name\" : null, \"status\":\"warn\", \"note\":\"n\", \"files\":[\"x\" , \"y\"]}".getBytes();
        assertThat(flat.read(text, 0, text.length)).isTrue();
        try (ResultWriter writer = artifacts.openResults()) {
            writer.write(flat);
        }
        OwnResult expected = new OwnResult(Optional.of("warn"), Optional.of("n"), Optional.of("x"));
        assertThat(artifacts.ownResult()).contains(expected);
        assertThat(TestArtifacts.in(artifacts.directory()).ownResult()).contains(expected);
    }

    @Test
    void resultsAreReadBackAsTheyWere() throws Exception {
        TestArtifacts artifacts = artifacts();
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("b", new JsonNumber("1e400"));
        result.put("a", "\ud800 ž");
        artifacts.addResult(result);
        Files.writeString(
                artifacts.resultsFile(), "\n  \n{\"last\":\"no newline\"}", java.nio.file.StandardOpenOption.APPEND);
        try (ResultReader reader = artifacts.readResults()) {
            assertThat(reader.next()).isEqualTo(result).containsOnlyKeys("b", "a");
            assertThat(reader.next()).isEqualTo(Map.of("last", "no newline"));
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void badResultsAreNamedWithFileAndLine() throws Exception {
        TestArtifacts artifacts = artifacts();
        Files.createDirectories(artifacts.directory());
        for (String bad :
                List.of("[1]", "null", "{\"a\":}", "{\"a\":NaN}", "{\"a\":1", "{} {}", "\u00ff", "[".repeat(9999))) {
            Files.writeString(artifacts.resultsFile(), "{}\n\n" + bad + "\n");
            assertThatThrownBy(artifacts::ownResult)
                    .as(bad)
                    .isInstanceOf(MalformedResultsException.class)
                    .hasMessageStartingWith(artifacts.resultsFile() + ":3: ");
        }
    }

    @Test
    void ofDuplicateKeysTheLastWins() throws Exception {
        assertThat(Json.parse("{\"a\":1,\"a\":{\"b\":1,\"b\":2}}"))
                .isEqualTo(Map.of("a", Map.of("b", new JsonNumber("2"))));
    }

    @Test
    void manyResultsAreWrittenByManyThreads() throws Exception {
        TestArtifacts artifacts = artifacts();
        try (ResultWriter writer = artifacts.openResults();
                dev.atex.internal.concurrent.TaskScope scope = dev.atex.internal.concurrent.TaskScope.open("writers")) {
            var tasks = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(thread -> scope.run("writer", () -> {
                        for (int i = 0; i < 1000; i++) {
                            writer.write(Map.of("name", thread + "/" + i));
                        }
                    }))
                    .toList();
            for (var task : tasks) {
                task.join(dev.atex.concurrent.Deadline.never());
            }
        }
        assertThat(Files.readAllLines(artifacts.resultsFile())).hasSize(8000).doesNotHaveDuplicates();
    }
}
