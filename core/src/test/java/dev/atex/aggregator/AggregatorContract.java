package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract tests of {@link Aggregator}. */
@Timeout(600)
public abstract class AggregatorContract {
    /** For artifacts and outputs. */
    @TempDir
    protected Path temp;

    private Path output;
    private Aggregator aggregator;
    private int made;

    /** For subclasses. */
    protected AggregatorContract() {}

    /** A result in an output. */
    public record Stored(String test, String status) {}

    /** Creates an output in this existing directory. */
    protected abstract Aggregator create(Path directory) throws Exception;

    /** Reads all results of an output, in order. */
    protected abstract List<Stored> read(Path directory) throws Exception;

    /** Reads a file of the result for the test itself; empty if it is not there. */
    protected abstract Optional<String> readFile(Path directory, String platform, String test, String file)
            throws Exception;

    @BeforeEach
    void openAggregator() throws Exception {
        output = Files.createDirectory(temp.resolve("output"));
        aggregator = create(output);
    }

    @AfterEach
    void closeAggregator() throws Exception {
        aggregator.close();
    }

    /** Creates artifacts with a result for each status, the last one for the test itself with a file {@code log}. */
    protected TestArtifacts artifacts(String... statuses) throws IOException {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("artifacts/" + made++));
        for (int i = 0; i < statuses.length - 1; i++) {
            artifacts.addResult(Map.of("name", "sub" + i, "status", statuses[i]));
        }
        Files.writeString(artifacts.files().place(null, "log"), "log " + statuses[statuses.length - 1]);
        artifacts.addResult(Map.of("status", statuses[statuses.length - 1], "files", List.of("log")));
        return artifacts;
    }

    private static Attempt attempt(String test) {
        return new Attempt("p", test, 1);
    }

    @Test
    void ingestStoresArtifactsAndDoesNotChangeThem() throws Exception {
        TestArtifacts artifacts = artifacts("pass", "warn", "fail");
        String before = Files.readString(artifacts.resultsFile());
        Commit commit = aggregator.ingest(attempt("/a"), artifacts);
        assertThat(artifacts.resultsFile()).content().isEqualTo(before);
        assertThat(artifacts.files().find(null, "log").orElseThrow()).content().isEqualTo("log fail");
        assertThat(commit.position()).isNotEmpty();
        aggregator.close();
        assertThat(read(output))
                .containsExactly(new Stored("/a", "pass"), new Stored("/a", "warn"), new Stored("/a", "fail"));
        assertThat(readFile(output, "p", "/a", "log")).contains("log fail");
    }

    @Test
    void storedFilesStayWhenArtifactsAreRemoved() throws Exception {
        TestArtifacts artifacts = artifacts("pass");
        aggregator.ingest(attempt("/a"), artifacts);
        Trees.delete(artifacts.directory());
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
        assertThat(readFile(output, "p", "/a", "log")).contains("log pass");
    }

    @Test
    void manyThreadsCanStoreAtTheSameTime() throws Exception {
        int threads = 8;
        int each = 25;
        CyclicBarrier begin = new CyclicBarrier(threads);
        try (TaskScope scope = TaskScope.open("ingest")) {
            List<TaskScope.Task<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                List<TestArtifacts> all = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    all.add(artifacts("first", "second", "last"));
                }
                tasks.add(scope.run("thread", () -> {
                    begin.await();
                    for (int i = 0; i < each; i++) {
                        aggregator.ingest(attempt("/t" + thread + "/" + i), all.get(i));
                    }
                }));
            }
            for (TaskScope.Task<Void> task : tasks) {
                task.join(Deadline.after(Duration.ofMinutes(5)));
            }
        }
        aggregator.close();
        Map<String, List<String>> byTest = new TreeMap<>();
        String previous = "";
        Set<String> ended = new HashSet<>();
        for (Stored stored : read(output)) {
            if (!stored.test().equals(previous)) {
                assertThat(ended.add(stored.test()))
                        .as("results of a test lie together")
                        .isTrue();
                previous = stored.test();
            }
            byTest.computeIfAbsent(stored.test(), _ -> new ArrayList<>()).add(stored.status());
        }
        assertThat(byTest).hasSize(threads * each);
        assertThat(byTest.values()).containsOnly(List.of("first", "second", "last"));
        for (String test : byTest.keySet()) {
            assertThat(readFile(output, "p", test, "log")).contains("log last");
        }
    }

    @Test
    void malformedArtifactsAreNotStored() throws Exception {
        aggregator.ingest(attempt("/a"), artifacts("pass"));
        TestArtifacts malformed = artifacts("pass", "pass");
        Files.writeString(malformed.resultsFile(), Files.readString(malformed.resultsFile()) + "{\"status\": \n{}\n");
        String content = Files.readString(malformed.resultsFile());
        assertThatThrownBy(() -> aggregator.ingest(attempt("/b"), malformed))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("/b")
                .hasMessageContaining(malformed.directory().toString());
        assertThat(malformed.resultsFile()).content().isEqualTo(content);
        assertThat(malformed.files().find(null, "log")).isPresent();
        Files.writeString(malformed.resultsFile(), "{\"status\":\"repaired\",\"files\":[\"log\"]}\n");
        aggregator.ingest(attempt("/b"), malformed);
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"), new Stored("/b", "repaired"));
        assertThat(readFile(output, "p", "/b", "log")).contains("log pass");
    }

    @Test
    void missingResultsAreAnError() throws Exception {
        TestArtifacts empty = TestArtifacts.in(temp.resolve("artifacts/empty"));
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), empty))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("results");
        aggregator.close();
        assertThat(read(output)).isEmpty();
    }

    /** A full disk leaves such artifacts. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n"})
    void emptyResultsAreAnError(String content) throws Exception {
        TestArtifacts empty = TestArtifacts.in(temp.resolve("artifacts/empty"));
        Files.createDirectories(empty.directory());
        Files.writeString(empty.resultsFile(), content);
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), empty))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("no result")
                .hasMessageContaining(empty.directory().toString());
        assertThat(empty.resultsFile()).exists();
        aggregator.ingest(attempt("/a"), artifacts("pass"));
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }

    @Test
    void sameTestTwiceIsAnError() throws Exception {
        aggregator.ingest(attempt("/a"), artifacts("pass"));
        TestArtifacts second = artifacts("fail");
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), second)).isInstanceOf(AggregatorException.class);
        assertThatThrownBy(() -> aggregator.ingest(new Attempt("p", "/a", 2), second))
                .isInstanceOf(AggregatorException.class);
        assertThat(second.resultsFile()).exists();
        assertThat(second.files().find(null, "log")).isPresent();
        aggregator.ingest(new Attempt("q", "/a", 1), second);
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"), new Stored("/a", "fail"));
    }

    @Test
    void existingOutputIsAnErrorAndDoesNotChange() throws Exception {
        aggregator.ingest(attempt("/a"), artifacts("pass"));
        aggregator.close();
        assertThatThrownBy(() -> create(output))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("exists");
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }

    @Test
    void closedOutputStoresNothing() throws Exception {
        aggregator.close();
        aggregator.close();
        TestArtifacts artifacts = artifacts("pass");
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), artifacts)).isInstanceOf(AggregatorException.class);
        assertThat(artifacts.resultsFile()).exists();
        assertThat(read(output)).isEmpty();
    }

    @Test
    void interruptedThreadStoresNothing() throws Exception {
        TestArtifacts artifacts = artifacts("pass");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), artifacts)).isInstanceOf(InterruptedException.class);
        aggregator.ingest(attempt("/a"), artifacts);
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }
}
