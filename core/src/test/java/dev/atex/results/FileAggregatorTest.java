package dev.atex.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorContract;
import dev.atex.aggregator.AggregatorException;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.Commit;
import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.TestArtifacts;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileAggregatorTest extends AggregatorContract {

    @Override
    protected Aggregator create(Path directory) throws AggregatorException {
        return FileAggregator.create(directory.resolve("results.jsonl"), directory.resolve("files"));
    }

    @Override
    protected List<Stored> read(Path directory) throws Exception {
        List<Stored> stored = new ArrayList<>();
        for (List<?> line : lines(directory)) {
            stored.add(new Stored((String) line.get(2), (String) line.get(1)));
        }
        return stored;
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Path there = Path.of(directory + "/files/" + platform + test + "/" + file);
        return Files.exists(there) ? Optional.of(Files.readString(there)) : Optional.empty();
    }

    private static List<List<?>> lines(Path directory) throws Exception {
        List<List<?>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("results.jsonl"))) {
            lines.add((List<?>) Json.parse(line));
        }
        return lines;
    }

    private Path out() {
        return temp.resolve("out");
    }

    private FileAggregator opened() throws Exception {
        Files.createDirectory(out());
        return FileAggregator.create(out().resolve("results.jsonl"), out().resolve("files"));
    }

    private TestArtifacts reported(String name, String... lines) throws IOException {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("reported").resolve(name));
        Files.createDirectories(artifacts.directory());
        Files.writeString(artifacts.resultsFile(), String.join("\n", lines) + "\n");
        return artifacts;
    }

    private static TestArtifacts with(TestArtifacts artifacts, String result, String file, String content)
            throws IOException {
        Files.writeString(artifacts.files().place(result, file), content);
        return artifacts;
    }

    @Test
    void linesAreThoseOfPython() throws Exception {
        try (Aggregator aggregator = opened()) {
            aggregator.ingest(
                    new Attempt("10.2@s390x", "/unit/syscalls", 1),
                    reported(
                            "a",
                            "{\"name\":\"connect\",\"status\":\"fail\",\"files\":[\"test.txt\"],\"note\":\"Got errno: ECONNABORTED\"}",
                            "{}",
                            "",
                            "{\"status\":null,\"files\":null,\"other\":[{\"deep\":1}]}",
                            "{\"note\":\"ž🐎\\u007f\\\"\\\\\\b\\f\\n\\r\\t\\u001f\\/\",\"name\":\"a/b\"}",
                            "{\"status\": 1.10, \"note\": {\"k\":[true,null,1E400]}, \"name\": [], \"files\":[\"é\",\"b\"]}"));
        }
        assertThat(out().resolve("results.jsonl")).content().isEqualTo("""
                        ["10.2@s390x", "fail", "/unit/syscalls", "connect", ["test.txt"], "Got errno: ECONNABORTED"]
                        ["10.2@s390x", null, "/unit/syscalls", null, [], null]
                        ["10.2@s390x", null, "/unit/syscalls", null, [], null]
                        ["10.2@s390x", null, "/unit/syscalls", "a/b", [], "\\u017e\\ud83d\\udc0e\\u007f\\"\\\\\\b\\f\\n\\r\\t\\u001f/"]
                        ["10.2@s390x", 1.1, "/unit/syscalls", [], ["\\u00e9", "b"], {"k": [true, null, Infinity]}]
                        """);
        assertThat(out().resolve("files")).isEmptyDirectory();
    }

    @Test
    void filesKeepTheirPathsAndLinks() throws Exception {
        TestArtifacts artifacts = reported("a", "{\"name\":\"sub/test\",\"files\":[\"some/log\"]}");
        with(artifacts, "sub/test", "some/log", "text");
        Files.createSymbolicLink(artifacts.files().place(null, "link"), Path.of("/nowhere"));
        try (Aggregator aggregator = opened()) {
            Commit commit = aggregator.ingest(new Attempt("../p", "/../unit/./x", 1), artifacts);
            assertThat(commit.files()).contains(out().resolve("files/p/unit/x"));
        }
        assertThat(out().resolve("files/p/unit/x/sub/test/some/log")).content().isEqualTo("text");
        assertThat(out().resolve("files/p/unit/x/link")).isSymbolicLink();
    }

    @Test
    void emptyDirectoriesAreNotStored() throws Exception {
        TestArtifacts artifacts = reported("a", "{}");
        Files.createDirectories(artifacts.files().directory().resolve("empty"));
        try (Aggregator aggregator = opened()) {
            assertThat(aggregator.ingest(new Attempt("p", "/a", 1), artifacts).files())
                    .isEmpty();
        }
        assertThat(out().resolve("files")).isEmptyDirectory();
    }

    @Test
    void storedFilesAreHardLinks() throws Exception {
        TestArtifacts artifacts = with(reported("a", "{\"files\":[\"f\"]}"), null, "f", "text");
        Path own = artifacts.files().find(null, "f").orElseThrow();
        try (Aggregator aggregator = opened()) {
            aggregator.ingest(new Attempt("p", "/a", 1), artifacts);
        }
        assertThat(Files.isSameFile(own, out().resolve("files/p/a/f"))).isTrue();
        assertThat(out().resolve("files")).isDirectoryNotContaining("glob:.*");
    }

    @Test
    void filesOfNestedTestsAreAllStored() throws Exception {
        try (Aggregator aggregator = opened()) {
            aggregator.ingest(
                    new Attempt("p", "/a/b", 1),
                    with(with(reported("ab", "{\"files\":[\"x\",\"y\"]}"), null, "x", "ab"), null, "y", "ab"));
            TestArtifacts outer =
                    reported("a", "{\"name\":\"b\",\"files\":[\"x\",\"x~1\",\"z\"]}", "{\"files\":[\"x\"]}");
            with(with(with(outer, "b", "x", "1"), "b", "x~1", "2"), "b", "z", "3");
            aggregator.ingest(new Attempt("p", "/a", 1), with(outer, null, "x", "4"));
        }
        assertThat(lines(out()).get(1).get(4)).isEqualTo(List.of("x~1", "x~1~1", "z"));
        assertThat(lines(out()).get(2).get(4)).isEqualTo(List.of("x"));
        assertThat(everyListedFile(out())).containsExactlyInAnyOrder("x ab", "y ab", "x~1 1", "x~1~1 2", "z 3", "x 4");
    }

    @Test
    void fileWithNameOfDirectoryIsStored() throws Exception {
        try (Aggregator aggregator = opened()) {
            aggregator.ingest(new Attempt("p", "/a", 1), with(reported("a", "{\"files\":[\"b\"]}"), null, "b", "file"));
            aggregator.ingest(
                    new Attempt("p", "/a/b", 1), with(reported("ab", "{\"files\":[\"c\"]}"), null, "c", "below"));
        }
        assertThat(everyListedFile(out())).containsExactly("b file", "c below");
    }

    /** Name and content of each file that the results list, where it is to be found. */
    private static List<String> everyListedFile(Path out) throws Exception {
        List<String> files = new ArrayList<>();
        ArtifactFiles all = ArtifactFiles.in(out.resolve("files"));
        for (List<?> line : lines(out)) {
            for (Object file : (List<?>) line.get(4)) {
                Path test = all.findDirectory((String) line.get(0), (String) line.get(2))
                        .orElseThrow();
                Path there = ArtifactFiles.in(test)
                        .find((String) line.get(3), (String) file)
                        .orElseThrow(() -> new AssertionError(line + ": no " + file));
                files.add(file + " " + Files.readString(there));
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void randomNamesLoseNoFile(long seed) throws Exception {
        Random random = new Random(seed);
        String[] components = {"a", "b", "a~1", "..", "c", "x".repeat(300), "ž", "b~1"};
        int stored = 0;
        Set<String> tests = new HashSet<>();
        try (Aggregator aggregator = opened()) {
            for (int t = 0; t < 12; t++) {
                TestArtifacts artifacts = TestArtifacts.in(temp.resolve("artifacts/t" + t));
                for (int r = 0; r < 3; r++) {
                    Map<String, Object> result = new HashMap<>();
                    String name = random.nextBoolean() ? path(random, components) : null;
                    List<String> files = new ArrayList<>();
                    for (int f = 0; f < 3; f++) {
                        String file = path(random, components);
                        Path place = ArtifactFiles.isFileName(file)
                                ? artifacts.files().place(name, file)
                                : null;
                        if (place != null && !Files.exists(place)) {
                            Files.writeString(place, "content " + stored++);
                            files.add(file);
                        }
                    }
                    if (name != null) {
                        result.put("name", name);
                    }
                    result.put("files", files);
                    artifacts.addResult(result);
                }
                String test = "/" + path(random, components);
                while (!tests.add(test)) {
                    test += "/" + path(random, components);
                }
                aggregator.ingest(new Attempt("p", test, 1), artifacts);
                Trees.delete(artifacts.directory());
            }
        }
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(out().resolve("files"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(Files.readString(file));
            }
        }
        assertThat(contents).hasSize(stored).doesNotHaveDuplicates();
    }

    private static String path(Random random, String[] components) {
        List<String> chosen = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            chosen.add(components[random.nextInt(components.length)]);
        }
        return String.join("/", chosen);
    }

    @Test
    void failedMoveLeavesNothing() throws Exception {
        TestArtifacts inner = with(reported("ab", "{\"files\":[\"x\"]}"), null, "x", "inner");
        TestArtifacts outer = with(reported("a", "{\"status\":\"s\",\"files\":[\"first\"]}"), null, "first", "1");
        with(outer, "sub", "file", "2");
        Path files = outer.files().directory();
        ArtifactFiles tree = ArtifactFiles.in(out().resolve("files"));
        try (Aggregator aggregator = opened()) {
            aggregator.ingest(new Attempt("p", "/a/b", 1), inner);
            String before = Files.readString(out().resolve("results.jsonl"));
            Path links = out().resolve("files/.incoming-x");
            Trees.link(files, links);
            FilesMove move = FilesMove.plan(outer.files(), Optional.of(links), tree, "p", "/a");
            Trees.delete(links.resolve("sub")); // so that the move fails in the middle
            assertThatThrownBy(move::run).isInstanceOf(IOException.class);
            move.undo(tree);
            Trees.delete(links);
            assertThat(files.resolve("first")).content().isEqualTo("1");
            assertThat(out().resolve("files/p/a")).isDirectoryNotContaining(path -> !path.endsWith("b"));
            assertThat(out().resolve("results.jsonl")).content().isEqualTo(before);
            aggregator.ingest(new Attempt("p", "/a", 1), outer);
        }
        assertThat(everyListedFile(out())).containsExactly("x inner", "first 1");
    }

    @Test
    void filesThatAreNotADirectoryAreAnError() throws Exception {
        TestArtifacts artifacts = reported("a", "{\"status\":\"s\"}");
        Files.writeString(artifacts.directory().resolve("files"), "not a directory");
        try (Aggregator aggregator = opened()) {
            assertThatThrownBy(() -> aggregator.ingest(new Attempt("p", "/a", 1), artifacts))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining(artifacts.directory().toString());
            assertThat(out().resolve("results.jsonl")).isEmptyFile();
            assertThat(artifacts.resultsFile()).exists();
        }
    }

    @Test
    void filesOnAnotherFileSystemAreCopied() throws Exception {
        Path other = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(other) && !Files.getFileStore(other).equals(Files.getFileStore(temp)));
        Path directory = Files.createTempDirectory(other, "atex-test");
        try (Aggregator aggregator = opened()) {
            TestArtifacts artifacts = TestArtifacts.in(directory.resolve("a"));
            artifacts.addResult(Map.of("name", "s", "files", List.of("d/f")));
            with(artifacts, "s", "d/f", "from afar");
            Path large = artifacts.files().place("s", "large");
            try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
                file.setLength((64L << 20) + 5);
            }
            Files.createSymbolicLink(artifacts.files().place("s", "link"), Path.of("nowhere"));
            Commit commit = aggregator.ingest(new Attempt("p", "/a", 1), artifacts);
            assertThat(everyListedFile(out())).containsExactly("d/f from afar");
            Path stored = commit.files().orElseThrow();
            assertThat(stored.resolve("s/large")).hasSize((64L << 20) + 5);
            assertThat(stored.resolve("s/link")).isSymbolicLink();
            assertThat(out().resolve("files")).isDirectoryNotContaining("glob:.*");
        } finally {
            Trees.delete(directory);
        }
    }

    @Test
    void manyResultsAreRemovedAgainIfOneIsMalformed() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("many"));
        try (var writer = artifacts.openResults()) {
            for (int i = 0; i < 60_000; i++) {
                writer.write(Map.of("name", "subtest number " + i, "status", "pass"));
            }
        }
        try (Aggregator aggregator = opened()) {
            Files.writeString(artifacts.resultsFile(), "[]\n", StandardOpenOption.APPEND);
            assertThatThrownBy(() -> aggregator.ingest(new Attempt("p", "/a", 1), artifacts))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining("results:60001: not a JSON object");
            assertThat(out().resolve("results.jsonl")).isEmptyFile();
            List<String> good = Files.readAllLines(artifacts.resultsFile()).subList(0, 60_000);
            Files.write(artifacts.resultsFile(), good);
            aggregator.ingest(new Attempt("p", "/a", 1), artifacts);
        }
        assertThat(lines(out())).hasSize(60_000);
        assertThat(lines(out()).getLast().get(3)).isEqualTo("subtest number 59999");
    }

    @Test
    void nothingIsCreatedIfOneOfTheTwoExists() throws Exception {
        Files.createDirectory(out());
        Files.writeString(out().resolve("results.jsonl"), "mine");
        assertThatThrownBy(() -> create(out())).isInstanceOf(AggregatorException.class);
        assertThat(out().resolve("files")).doesNotExist();
        assertThat(out().resolve("results.jsonl")).content().isEqualTo("mine");
        assertThatThrownBy(() -> create(temp.resolve("missing")))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("no such file or directory");
    }
}
