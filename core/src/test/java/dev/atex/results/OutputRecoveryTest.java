package dev.atex.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorException;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of runs that ended at any instant are put in order. */
class OutputRecoveryTest {
    @TempDir
    private Path temp;

    private int made;

    private Path results() {
        return temp.resolve("results.jsonl");
    }

    private Path files() {
        return temp.resolve("files");
    }

    private FileAggregator create() throws AggregatorException {
        return FileAggregator.create(results(), files());
    }

    private RecoveredOutput recover(Map<Attempt, EarlierAttempt> attempts) throws AggregatorException {
        return FileAggregator.recover(results(), files(), attempts);
    }

    private static Attempt first(String test) {
        return new Attempt("p", test, 1);
    }

    private TestArtifacts none() {
        return TestArtifacts.in(temp.resolve("artifacts/none" + made++));
    }

    /** Creates artifacts with a result for each status, the last one for the test itself with a file {@code log}. */
    private TestArtifacts artifacts(String... statuses) throws IOException {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("artifacts/" + made++));
        for (int i = 0; i < statuses.length - 1; i++) {
            artifacts.addResult(Map.of("name", "sub" + i, "status", statuses[i]));
        }
        Files.writeString(artifacts.files().place(null, "log"), "log " + statuses[statuses.length - 1]);
        artifacts.addResult(Map.of("status", statuses[statuses.length - 1], "files", List.of("log")));
        return artifacts;
    }

    private static TestArtifacts removed(TestArtifacts artifacts) throws IOException {
        Trees.delete(artifacts.directory());
        return artifacts;
    }

    /** Returns "test status" of each line. */
    private List<String> lines() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(results())) {
            List<?> result = (List<?>) Json.parse(line);
            lines.add(result.get(2) + " " + result.get(1));
        }
        return lines;
    }

    private Optional<String> log(String test) throws IOException {
        Path log = Path.of(files() + "/p" + test + "/log");
        return Files.exists(log) ? Optional.of(Files.readString(log)) : Optional.empty();
    }

    @Test
    void storedAttemptsStay() throws Exception {
        Commit a;
        TestArtifacts own = artifacts("pass");
        TestArtifacts other = artifacts("sub", "pass");
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), own);
            output.ingest(first("/b"), other);
        }
        removed(own);
        removed(other);
        RecoveredOutput recovered = recover(Map.of(
                first("/a"), EarlierAttempt.stored(own, a),
                first("/b"), EarlierAttempt.stored(other),
                first("/c"), EarlierAttempt.doubtful(none()),
                first("/d"), EarlierAttempt.stored(none())));
        assertThat(recovered.stored()).containsOnlyKeys(first("/a"), first("/b"));
        try (Aggregator output = recovered.aggregator()) {
            output.ingest(first("/c"), artifacts("fail"));
            output.ingest(first("/d"), artifacts("pass"));
            TestArtifacts duplicate = artifacts("twice");
            assertThatThrownBy(() -> output.ingest(new Attempt("p", "/a", 2), duplicate))
                    .isInstanceOf(AggregatorException.class);
        }
        assertThat(lines()).containsExactly("/a pass", "/b sub", "/b pass", "/c fail", "/d pass");
        assertThat(log("/a")).contains("log pass");
    }

    @Test
    void doubtfulAttemptStaysUnlessItIsInfra() throws Exception {
        TestArtifacts a = artifacts("sub", "fail");
        TestArtifacts b = artifacts("infra");
        try (Aggregator output = create()) {
            output.ingest(first("/a"), a);
            output.ingest(first("/b"), b);
        }
        removed(a);
        String ofB = Files.readAllLines(results()).getLast();
        Files.delete(b.resultsFile());
        RecoveredOutput recovered = recover(Map.of(
                first("/a"), EarlierAttempt.doubtful(a),
                first("/b"), EarlierAttempt.doubtful(b),
                first("/c"), EarlierAttempt.doubtful(none())));
        recovered.aggregator().close();
        assertThat(recovered.stored()).containsOnlyKeys(first("/a"));
        StoredAttempt found = recovered.stored().get(first("/a"));
        assertThat(found.own().status()).contains("fail");
        assertThat(lines()).containsExactly("/a sub", "/a fail");
        assertThat(b.directory().resolve("results.jsonl")).content().isEqualTo(ofB + "\n");
        assertThat(b.files().find(null, "log").orElseThrow()).content().isEqualTo("log infra");
        assertThat(log("/b")).isEmpty();
        RecoveredOutput again = recover(Map.of(first("/a"), EarlierAttempt.stored(a, found.commit())));
        again.aggregator().close();
        assertThat(again.stored()).containsOnlyKeys(first("/a"));
    }

    @Test
    void replacedAttemptIsRemovedAndItsArtifactsStay() throws Exception {
        TestArtifacts replaced = artifacts("one", "infra");
        TestArtifacts outer = artifacts("pass");
        TestArtifacts inner = artifacts("pass");
        Commit a;
        Commit c;
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), outer);
            output.ingest(first("/a/b"), replaced);
            c = output.ingest(first("/a/b/c"), inner);
        }
        removed(outer);
        removed(inner);
        Map<Attempt, EarlierAttempt> attempts = Map.of(
                first("/a"), EarlierAttempt.stored(outer, a),
                first("/a/b"), EarlierAttempt.replaced(replaced),
                first("/a/b/c"), EarlierAttempt.stored(inner, c));
        for (int i = 0; i < 2; i++) {
            RecoveredOutput recovered = recover(attempts);
            assertThat(recovered.stored()).containsOnlyKeys(first("/a"), first("/a/b/c"));
            recovered.aggregator().close();
            assertThat(lines()).containsExactly("/a pass", "/a/b/c pass");
            assertThat(log("/a")).contains("log pass");
            assertThat(log("/a/b")).isEmpty();
            assertThat(log("/a/b/c")).contains("log pass");
            try (var results = replaced.readResults()) {
                assertThat(results.next()).isEqualTo(Map.of("name", "sub0", "status", "one"));
                assertThat(results.next()).isEqualTo(Map.of("status", "infra", "files", List.of("log")));
                assertThat(results.next()).isNull();
            }
            assertThat(replaced.files().find(null, "log").orElseThrow())
                    .content()
                    .isEqualTo("log infra");
        }
        RecoveredOutput recovered = recover(attempts);
        try (Aggregator output = recovered.aggregator()) {
            output.ingest(new Attempt("p", "/a/b", 2), artifacts("pass"));
        }
        assertThat(log("/a/b")).contains("log pass");
    }

    /** On a file system without hard links, files are copies. */
    @Test
    void copiesOfReplacedAttemptAreRemoved() throws Exception {
        TestArtifacts replaced = artifacts("infra");
        TestArtifacts inner = artifacts("infra");
        try (Aggregator output = create()) {
            output.ingest(first("/a"), replaced);
            output.ingest(first("/a/b"), inner);
        }
        Path stored = files().resolve("p/a/log");
        Path copy = Files.copy(stored, temp.resolve("copy"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(copy, stored, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        removed(inner);
        recover(Map.of(
                        first("/a"), EarlierAttempt.replaced(replaced),
                        first("/a/b"), EarlierAttempt.stored(inner)))
                .aggregator()
                .close();
        assertThat(log("/a")).isEmpty();
        assertThat(log("/a/b")).contains("log infra");
        assertThat(replaced.files().find(null, "log")).isPresent();
    }

    /** Lines are forced to disk, and links are not: a power failure can leave the lines without the files. */
    @Test
    void attemptWithoutItsFilesIsStoredAgain() throws Exception {
        TestArtifacts outer = artifacts("sub", "pass");
        Files.writeString(outer.files().place(null, "unlisted"), "text");
        TestArtifacts inner = artifacts("pass");
        TestArtifacts alone = artifacts("fail");
        Commit a;
        Commit c;
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), outer);
            output.ingest(first("/a/b"), inner);
            c = output.ingest(first("/c"), alone);
        }
        Files.delete(files().resolve("p/a/unlisted"));
        Trees.delete(files().resolve("p/c"));
        RecoveredOutput recovered = recover(Map.of(
                first("/a"), EarlierAttempt.stored(outer, a),
                first("/a/b"), EarlierAttempt.stored(inner),
                first("/c"), EarlierAttempt.doubtful(alone)));
        try (Aggregator output = recovered.aggregator()) {
            assertThat(recovered.stored()).containsOnlyKeys(first("/a/b"));
            assertThat(lines()).containsExactly("/a/b pass");
            assertThat(log("/a")).isEmpty();
            assertThat(c.files()).isPresent();
            output.ingest(first("/a"), outer);
            output.ingest(first("/c"), alone);
        }
        assertThat(lines()).containsExactly("/a/b pass", "/a sub", "/a pass", "/c fail");
        assertThat(files().resolve("p/a/unlisted")).hasContent("text");
        assertThat(log("/a")).contains("log pass");
        assertThat(log("/a/b")).contains("log pass");
        assertThat(log("/c")).contains("log fail");
    }

    /** The file of another test has the same path, size, time and content. */
    @Test
    void equalFileOfAnotherTestIsNotRemoved() throws Exception {
        TestArtifacts inner = artifacts("pass");
        TestArtifacts outer = TestArtifacts.in(temp.resolve("artifacts/outer"));
        Path own = outer.files().place("b", "log");
        Files.copy(
                inner.files().find(null, "log").orElseThrow(), own, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        outer.addResult(Map.of("name", "b", "status", "pass", "files", List.of("log")));
        outer.addResult(Map.of("status", "infra"));
        try (Aggregator output = create()) {
            output.ingest(first("/a/b"), inner);
            output.ingest(first("/a"), outer);
        }
        removed(inner);
        assertThat(files().resolve("p/a/b/log~1")).exists();
        recover(Map.of(
                        first("/a/b"), EarlierAttempt.stored(inner),
                        first("/a"), EarlierAttempt.replaced(outer)))
                .aggregator()
                .close();
        assertThat(log("/a/b")).contains("log pass");
        assertThat(files().resolve("p/a/b/log~1")).doesNotExist();
    }

    @Test
    void attemptThatWasStoredInPartIsStoredAgain() throws Exception {
        TestArtifacts stored = artifacts("pass");
        TestArtifacts half = artifacts("sub", "fail");
        Commit a;
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), stored);
            output.ingest(first("/b"), half);
        }
        removed(stored);
        List<String> all = Files.readAllLines(results());
        Files.write(results(), all.subList(0, 2));
        RecoveredOutput recovered = recover(Map.of(
                first("/a"), EarlierAttempt.stored(stored, a),
                first("/b"), EarlierAttempt.stored(half)));
        assertThat(recovered.stored()).containsOnlyKeys(first("/a"));
        assertThat(log("/b")).isEmpty();
        assertThat(half.files().find(null, "log").orElseThrow()).content().isEqualTo("log fail");
        try (Aggregator output = recovered.aggregator()) {
            output.ingest(first("/b"), half);
        }
        assertThat(lines()).containsExactly("/a pass", "/b sub", "/b fail");
        assertThat(log("/b")).contains("log fail");
    }

    /** The subtest is called like the result for the test itself: only the number of lines tells. */
    @Test
    void attemptWithFewerLinesThanResultsDoesNotStay() throws Exception {
        TestArtifacts a = artifacts("fail");
        a.addResult(Map.of("status", "pass"));
        TestArtifacts b = artifacts("sub", "pass");
        try (Aggregator output = create()) {
            output.ingest(first("/b"), b);
            output.ingest(first("/a"), a);
        }
        Map<Attempt, EarlierAttempt> attempts =
                Map.of(first("/a"), EarlierAttempt.doubtful(a), first("/b"), EarlierAttempt.doubtful(b));
        RecoveredOutput whole = recover(attempts);
        whole.aggregator().close();
        assertThat(whole.stored()).containsOnlyKeys(first("/a"), first("/b"));
        Files.write(results(), Files.readAllLines(results()).subList(0, 3));
        RecoveredOutput cut = recover(attempts);
        cut.aggregator().close();
        assertThat(cut.stored()).containsOnlyKeys(first("/b"));
        assertThat(lines()).containsExactly("/b sub", "/b pass");
    }

    @Test
    void missingOutputIsCreated() throws Exception {
        try (Aggregator output =
                recover(Map.of(first("/a"), EarlierAttempt.doubtful(none()))).aggregator()) {
            output.ingest(first("/a"), artifacts("pass"));
        }
        assertThat(lines()).containsExactly("/a pass");
    }

    @Test
    void incompleteLineIsDropped() throws Exception {
        TestArtifacts stored = artifacts("pass");
        TestArtifacts lost = artifacts("pass");
        Files.writeString(lost.files().place(null, "unlisted"), "old h");
        Commit a;
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), stored);
            output.ingest(first("/b"), lost);
        }
        removed(stored);
        String whole = Files.readString(results());
        for (int cut = whole.indexOf('\n') + 1; cut < whole.length(); cut++) {
            Files.writeString(results(), whole.substring(0, cut));
            Files.createDirectories(files().resolve(".incoming-1/files"));
            RecoveredOutput recovered = recover(Map.of(
                    first("/a"), EarlierAttempt.stored(stored, a),
                    first("/b"), EarlierAttempt.doubtful(lost)));
            try (Aggregator output = recovered.aggregator()) {
                assertThat(recovered.stored()).containsOnlyKeys(first("/a"));
                assertThat(Files.readString(results())).isEqualTo(whole.substring(0, whole.indexOf('\n') + 1));
                assertThat(files().resolve("p/b")).doesNotExist();
                output.ingest(first("/b"), lost);
            }
            assertThat(Files.readString(results())).isEqualTo(whole);
            assertThat(log("/b")).contains("log pass");
            assertThat(files().resolve("p/b/unlisted")).exists();
            assertThat(files().resolve(".incoming-1")).doesNotExist();
        }
    }

    @Test
    void outputOfAnotherRunIsRefused() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("a"));
        Files.createDirectories(artifacts.directory());
        Files.writeString(artifacts.resultsFile(), "{\"status\":\"pass\", \"note\":1E400}\n");
        Commit a;
        try (Aggregator output = create()) {
            a = output.ingest(first("/a"), artifacts);
        }
        removed(artifacts);
        String line = Files.readString(results());
        Map<Attempt, EarlierAttempt> attempts = Map.of(first("/a"), EarlierAttempt.stored(none(), a));
        for (String other : List.of(
                "{}\n" + line,
                "\n" + line,
                "[1,2,3,4,5,6]\n" + line,
                line.replace("/a", "/b"),
                line.replace("p", "q"))) {
            Files.writeString(results(), other);
            assertThatThrownBy(() -> recover(attempts))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining("results.jsonl: line 1 ");
            assertThat(results()).hasContent(other);
        }
        Files.writeString(results(), line + "\0\0\n\0\n\0");
        RecoveredOutput recovered = recover(attempts);
        recovered.aggregator().close();
        assertThat(recovered.stored()).containsOnlyKeys(first("/a"));
        assertThat(results()).hasContent(line);
        Files.writeString(results(), line.substring(0, line.length() - 1));
        recovered = recover(attempts);
        recovered.aggregator().close();
        assertThat(recovered.stored()).isEmpty();
        assertThat(results()).isEmptyFile();
        for (String position : List.of("7", "x-y", "-", "")) {
            Map<Attempt, EarlierAttempt> odd =
                    Map.of(first("/a"), EarlierAttempt.stored(none(), new Commit(position, Optional.empty())));
            assertThatThrownBy(() -> recover(odd)).hasMessageContaining("is not a position in it");
        }
        assertThatThrownBy(() -> recover(Map.of(
                        first("/a"),
                        EarlierAttempt.stored(none(), a),
                        new Attempt("p", "/a", 2),
                        EarlierAttempt.doubtful(none()))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Files of a test get other names where a nested test has them: lines and files that stay agree. */
    @Test
    void renamedFilesOfStoredTestStay() throws Exception {
        TestArtifacts inner = artifacts("infra");
        TestArtifacts outer = TestArtifacts.in(temp.resolve("artifacts/outer"));
        Files.writeString(outer.files().place("b", "log"), "of the subtest");
        outer.addResult(Map.of("name", "b", "status", "pass", "files", List.of("log")));
        outer.addResult(Map.of("status", "pass"));
        try (Aggregator output = create()) {
            output.ingest(first("/a/b"), inner);
            output.ingest(first("/a"), outer);
        }
        removed(outer);
        String ofOuter = String.join("\n", Files.readAllLines(results()).subList(1, 3)) + "\n";
        assertThat(ofOuter).contains("log~1");
        RecoveredOutput recovered = recover(Map.of(
                first("/a"), EarlierAttempt.stored(outer),
                first("/a/b"), EarlierAttempt.replaced(inner)));
        try (Aggregator output = recovered.aggregator()) {
            assertThat(results()).content().isEqualTo(ofOuter);
            assertThat(ArtifactFiles.in(files().resolve("p/a"))
                            .find("b", "log~1")
                            .orElseThrow())
                    .content()
                    .isEqualTo("of the subtest");
            assertThat(log("/a/b")).isEmpty();
            output.ingest(new Attempt("p", "/a/b", 2), artifacts("pass"));
        }
        assertThat(log("/a/b")).contains("log pass");
    }
}
