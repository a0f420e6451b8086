package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.concurrent.TaskScope;
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

/** What every {@link Aggregator} promises. */
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

    /** A new aggregator, not open, with its output in this existing directory. The same test twice is an error. */
    protected abstract Aggregator create(Path directory) throws Exception;

    /** Reads all results of an output, in their order. */
    protected abstract List<Stored> read(Path directory) throws Exception;

    /** The content of a file that was uploaded with the result for the test itself; empty if it is not there. */
    protected abstract Optional<String> readFile(Path directory, String platform, String test, String file)
            throws Exception;

    @BeforeEach
    void openAggregator() throws Exception {
        output = Files.createDirectory(temp.resolve("output"));
        aggregator = create(output);
        aggregator.open();
    }

    @AfterEach
    void closeAggregator() throws Exception {
        aggregator.close();
    }

    /** Artifacts with a result for each status, the last for the test itself with a file {@code log}. */
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
    void takesArtifactsOver() throws Exception {
        TestArtifacts artifacts = artifacts("pass", "warn", "fail");
        Commit commit = aggregator.ingest(attempt("/a"), artifacts);
        assertThat(artifacts.directory()).doesNotExist();
        assertThat(commit.position()).isNotEmpty();
        aggregator.close();
        assertThat(read(output))
                .containsExactly(new Stored("/a", "pass"), new Stored("/a", "warn"), new Stored("/a", "fail"));
        assertThat(readFile(output, "p", "/a", "log")).contains("log fail");
    }

    @Test
    void storesManyAtTheSameTime() throws Exception {
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
    void nothingIsStoredOfMalformedArtifactsAndTheyStay() throws Exception {
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

    /** As a full disk leaves them: nobody may believe that something was stored. */
    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n"})
    void resultsInWhichThereIsNoneAreAnError(String content) throws Exception {
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
    void theSameTestTwiceIsAnError() throws Exception {
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
    void ingestingArtifactsThatWereTakenOverDoesNothing() throws Exception {
        TestArtifacts artifacts = artifacts("pass");
        Commit commit = aggregator.ingest(attempt("/a"), artifacts);
        assertThat(aggregator.ingest(attempt("/a"), artifacts)).isEqualTo(commit);
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }

    @Test
    void anExistingOutputIsAnErrorAndStays() throws Exception {
        aggregator.ingest(attempt("/a"), artifacts("pass"));
        aggregator.close();
        try (Aggregator second = create(output)) {
            assertThatThrownBy(second::open)
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining("exists");
        }
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }

    @Test
    void aClosedOutputTakesNothing() throws Exception {
        aggregator.close();
        aggregator.close();
        TestArtifacts artifacts = artifacts("pass");
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), artifacts)).isInstanceOf(AggregatorException.class);
        assertThat(artifacts.resultsFile()).exists();
        assertThat(read(output)).isEmpty();
    }

    @Test
    void anInterruptIsHeard() throws Exception {
        TestArtifacts artifacts = artifacts("pass");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> aggregator.ingest(attempt("/a"), artifacts)).isInstanceOf(InterruptedException.class);
        aggregator.ingest(attempt("/a"), artifacts);
        aggregator.close();
        assertThat(read(output)).containsExactly(new Stored("/a", "pass"));
    }

    private Map<Attempt, Found> resume(Map<Attempt, Resume.Known> attempts) throws Exception {
        aggregator.close();
        aggregator = create(output);
        return aggregator.resume(new Resume(attempts));
    }

    private TestArtifacts none() {
        return TestArtifacts.in(temp.resolve("artifacts/none" + made++));
    }

    @Test
    void whatIsStoredStaysWhenTheRunGoesOn() throws Exception {
        Commit a = aggregator.ingest(attempt("/a"), artifacts("pass"));
        aggregator.ingest(attempt("/b"), artifacts("sub", "pass"));
        Map<Attempt, Resume.Known> attempts = Map.of(
                attempt("/a"), Resume.Known.stored(none(), a),
                attempt("/b"), Resume.Known.stored(none()),
                attempt("/c"), Resume.Known.doubtful(none()),
                attempt("/d"), Resume.Known.stored(none()));
        assertThat(resume(attempts)).containsOnlyKeys(attempt("/a"), attempt("/b"));
        aggregator.ingest(attempt("/a"), artifacts("again"));
        aggregator.ingest(attempt("/b"), none());
        aggregator.ingest(attempt("/c"), artifacts("fail"));
        aggregator.ingest(attempt("/d"), artifacts("pass"));
        TestArtifacts duplicate = artifacts("twice");
        assertThatThrownBy(() -> aggregator.ingest(new Attempt("p", "/a", 2), duplicate))
                .isInstanceOf(AggregatorException.class);
        aggregator.close();
        assertThat(read(output))
                .containsExactly(
                        new Stored("/a", "pass"),
                        new Stored("/b", "sub"),
                        new Stored("/b", "pass"),
                        new Stored("/c", "fail"),
                        new Stored("/d", "pass"));
        assertThat(readFile(output, "p", "/a", "log")).contains("log pass");
    }

    @Test
    void anAttemptWhoseArtifactsAreGoneIsFoundAndStays() throws Exception {
        aggregator.ingest(attempt("/a"), artifacts("sub", "fail"));
        aggregator.ingest(attempt("/b"), artifacts("infra"));
        TestArtifacts b = none();
        Map<Attempt, Found> found = resume(Map.of(
                attempt("/a"), Resume.Known.doubtful(none()),
                attempt("/b"), Resume.Known.doubtful(b),
                attempt("/c"), Resume.Known.doubtful(none())));
        assertThat(found).containsOnlyKeys(attempt("/a"));
        assertThat(found.get(attempt("/a")).own().status()).contains("fail");
        assertThat(read(output)).containsExactly(new Stored("/a", "sub"), new Stored("/a", "fail"));
        assertThat(b.ownResult().orElseThrow().status()).contains("infra");
        assertThat(b.files().find(null, "log").orElseThrow()).content().isEqualTo("log infra");
        Map<Attempt, Resume.Known> asStored = Map.of(
                attempt("/a"),
                Resume.Known.stored(none(), found.get(attempt("/a")).commit()));
        assertThat(resume(asStored)).containsOnlyKeys(attempt("/a"));
    }

    @Test
    void whatIsReplacedGoesBackToItsArtifacts() throws Exception {
        Commit a = aggregator.ingest(attempt("/a"), artifacts("pass"));
        aggregator.ingest(attempt("/a/b"), artifacts("one", "infra"));
        Commit c = aggregator.ingest(attempt("/a/b/c"), artifacts("pass"));
        TestArtifacts back = none();
        Map<Attempt, Resume.Known> attempts = Map.of(
                attempt("/a"), Resume.Known.stored(none(), a),
                attempt("/a/b"), Resume.Known.replaced(back),
                attempt("/a/b/c"), Resume.Known.stored(none(), c));
        for (int i = 0; i < 2; i++) {
            assertThat(resume(attempts)).containsOnlyKeys(attempt("/a"), attempt("/a/b/c"));
            assertThat(read(output)).containsExactly(new Stored("/a", "pass"), new Stored("/a/b/c", "pass"));
            assertThat(readFile(output, "p", "/a", "log")).contains("log pass");
            assertThat(readFile(output, "p", "/a/b", "log")).isEmpty();
            assertThat(readFile(output, "p", "/a/b/c", "log")).contains("log pass");
            try (var results = back.readResults()) {
                assertThat(results.next()).isEqualTo(Map.of("name", "sub0", "status", "one"));
                assertThat(results.next()).isEqualTo(Map.of("status", "infra", "files", List.of("log")));
                assertThat(results.next()).isNull();
            }
            assertThat(back.files().find(null, "log").orElseThrow()).content().isEqualTo("log infra");
        }
        aggregator.ingest(new Attempt("p", "/a/b", 2), artifacts("pass"));
        assertThat(readFile(output, "p", "/a/b", "log")).contains("log pass");
    }

    @Test
    void artifactsThatWereStoredByHalfAreStoredAgain() throws Exception {
        Commit a = aggregator.ingest(attempt("/a"), artifacts("pass"));
        TestArtifacts half = artifacts("sub", "fail");
        aggregator.ingest(attempt("/b"), half);
        half.addResult(Map.of("name", "sub0", "status", "sub")); // the last step would be that this file goes
        half.addResult(Map.of("status", "fail", "files", List.of("log")));
        Map<Attempt, Resume.Known> attempts =
                Map.of(attempt("/a"), Resume.Known.stored(none(), a), attempt("/b"), Resume.Known.doubtful(half));
        assertThat(resume(attempts)).containsOnlyKeys(attempt("/a"));
        assertThat(half.files().find(null, "log").orElseThrow()).content().isEqualTo("log fail");
        aggregator.ingest(attempt("/b"), half);
        aggregator.close();
        assertThat(read(output))
                .containsExactly(new Stored("/a", "pass"), new Stored("/b", "sub"), new Stored("/b", "fail"));
        assertThat(readFile(output, "p", "/b", "log")).contains("log fail");
    }

    @Test
    void anOutputThatWasNeverMadeIsMade() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        try (Aggregator other = create(elsewhere)) {
            other.resume(new Resume(Map.of(attempt("/a"), Resume.Known.doubtful(none()))));
            other.ingest(attempt("/a"), artifacts("pass"));
        }
        assertThat(read(elsewhere)).containsExactly(new Stored("/a", "pass"));
    }
}
