package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileAggregatorTest extends AggregatorContract {

    @Override
    protected Aggregator create(Path directory) {
        return FileAggregator.jsonLines(directory.resolve("results.jsonl"), directory.resolve("files"));
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

    private FileAggregator opened(boolean duplicates) throws Exception {
        Files.createDirectory(out());
        Path results = out().resolve("results.jsonl");
        FileAggregator aggregator = duplicates
                ? FileAggregator.jsonLines(results, out().resolve("files")).allowingDuplicates()
                : FileAggregator.jsonLines(results, out().resolve("files"));
        aggregator.open();
        return aggregator;
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
        try (Aggregator aggregator = opened(false)) {
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
    void filesKeepTheirPathsAndTheirLinks() throws Exception {
        TestArtifacts artifacts = reported("a", "{\"name\":\"sub/test\",\"files\":[\"some/log\"]}");
        with(artifacts, "sub/test", "some/log", "text");
        Files.createSymbolicLink(artifacts.files().place(null, "link"), Path.of("/nowhere"));
        try (Aggregator aggregator = opened(false)) {
            Commit commit = aggregator.ingest(new Attempt("../p", "/../unit/./x", 1), artifacts);
            assertThat(commit.files()).contains(out().resolve("files/p/unit/x"));
        }
        assertThat(out().resolve("files/p/unit/x/sub/test/some/log")).content().isEqualTo("text");
        assertThat(out().resolve("files/p/unit/x/link")).isSymbolicLink();
        assertThat(artifacts.directory()).doesNotExist();
    }

    @Test
    void whatElseIsInTheArtifactsStays() throws Exception {
        TestArtifacts artifacts = reported("a", "{}");
        Files.createDirectories(artifacts.files().directory().resolve("empty"));
        Files.writeString(artifacts.directory().resolve("mine"), "kept");
        try (Aggregator aggregator = opened(false)) {
            assertThat(aggregator.ingest(new Attempt("p", "/a", 1), artifacts).files())
                    .isEmpty();
        }
        assertThat(artifacts.directory()).isDirectoryContaining(path -> path.endsWith("mine"));
        assertThat(artifacts.resultsFile()).doesNotExist();
        assertThat(artifacts.files().directory()).doesNotExist();
        assertThat(out().resolve("files")).isEmptyDirectory();
    }

    @Test
    void duplicatesGetNumbers() throws Exception {
        try (Aggregator aggregator = opened(true)) {
            aggregator.ingest(new Attempt("p", "/a (1)", 1), with(reported("0", "{\"status\":\"0\"}"), null, "f", "0"));
            aggregator.ingest(new Attempt("p", "/a", 1), with(reported("1", "{\"status\":\"1\"}"), null, "f", "1"));
            aggregator.ingest(new Attempt("p", "/a", 1), with(reported("2", "{\"status\":\"2\"}"), null, "f", "2"));
            aggregator.ingest(new Attempt("p", "/a", 2), with(reported("3", "{\"status\":\"3\"}"), null, "f", "3"));
        }
        assertThat(read(out()))
                .containsExactly(
                        new Stored("/a (1)", "0"),
                        new Stored("/a", "1"),
                        new Stored("/a (2)", "2"),
                        new Stored("/a (3)", "3"));
        for (Stored stored : read(out())) {
            assertThat(readFile(out(), "p", stored.test(), "f")).contains(stored.status());
        }
    }

    @Test
    void testsWithinTestsLoseNothing() throws Exception {
        try (Aggregator aggregator = opened(false)) {
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
    void aFileInTheWayOfADirectoryLosesNothing() throws Exception {
        try (Aggregator aggregator = opened(false)) {
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
    void noFileIsLostWhateverTheNames(long seed) throws Exception {
        Random random = new Random(seed);
        String[] components = {"a", "b", "a~1", "..", "c", "x".repeat(300), "ž", "b~1"};
        int stored = 0;
        try (Aggregator aggregator = opened(true)) {
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
                aggregator.ingest(new Attempt("p", "/" + path(random, components), 1), artifacts);
                assertThat(artifacts.directory()).doesNotExist();
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
    void whatFailsHalfWayIsTakenBack() throws Exception {
        TestArtifacts inner = with(reported("ab", "{\"files\":[\"x\"]}"), null, "x", "inner");
        TestArtifacts outer = with(reported("a", "{\"status\":\"s\",\"files\":[\"first\"]}"), null, "first", "1");
        with(outer, "sub", "file", "2");
        Path files = outer.files().directory();
        try (Aggregator aggregator = opened(false)) {
            aggregator.ingest(new Attempt("p", "/a/b", 1), inner);
            String before = Files.readString(out().resolve("results.jsonl"));
            // What moves away meanwhile cannot be moved: the plan fails in the middle.
            FilesMove move = FilesMove.plan(
                    SourceFiles.of(ArtifactFiles.in(files)), ArtifactFiles.in(out().resolve("files")), "p", "/a");
            Files.move(files.resolve("sub"), temp.resolve("away"));
            assertThatThrownBy(move::run).isInstanceOf(IOException.class);
            move.undo(ArtifactFiles.in(out().resolve("files")));
            Files.move(temp.resolve("away"), files.resolve("sub"));
            assertThat(files.resolve("first")).content().isEqualTo("1");
            assertThat(out().resolve("files/p/a")).isDirectoryNotContaining(path -> !path.endsWith("b"));
            assertThat(out().resolve("results.jsonl")).content().isEqualTo(before);
            aggregator.ingest(new Attempt("p", "/a", 1), outer);
        }
        assertThat(everyListedFile(out())).containsExactly("x inner", "first 1");
    }

    @Test
    void aTreeThatIsInTheWayOfTheFilesIsAnErrorThatChangesNothing() throws Exception {
        TestArtifacts artifacts = reported("a", "{\"status\":\"s\"}");
        Files.writeString(artifacts.directory().resolve("files"), "not a directory");
        try (Aggregator aggregator = opened(false)) {
            assertThatThrownBy(() -> aggregator.ingest(new Attempt("p", "/a", 1), artifacts))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining(artifacts.directory().toString());
            assertThat(out().resolve("results.jsonl")).isEmptyFile();
            assertThat(artifacts.resultsFile()).exists();
        }
    }

    @Test
    void filesComeAlsoFromAnotherFileSystem() throws Exception {
        Path other = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(other) && !Files.getFileStore(other).equals(Files.getFileStore(temp)));
        Path directory = Files.createTempDirectory(other, "atex-test");
        try (Aggregator aggregator = opened(false)) {
            TestArtifacts artifacts = TestArtifacts.in(directory.resolve("a"));
            artifacts.addResult(Map.of("name", "s", "files", List.of("d/f")));
            with(artifacts, "s", "d/f", "from afar");
            Path large = artifacts.files().place("s", "large");
            try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
                file.setLength((64L << 20) + 5);
            }
            Files.createSymbolicLink(artifacts.files().place("s", "link"), Path.of("nowhere"));
            Commit commit = aggregator.ingest(new Attempt("p", "/a", 1), artifacts);
            assertThat(artifacts.directory()).doesNotExist();
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
    void manyResultsAreStreamedAndTakenBackWhenOneIsMalformed() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("many"));
        try (var writer = artifacts.openResults()) {
            for (int i = 0; i < 60_000; i++) {
                writer.write(Map.of("name", "subtest number " + i, "status", "pass"));
            }
        }
        try (Aggregator aggregator = opened(false)) {
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

    private static Attempt first(String test) {
        return new Attempt("p", test, 1);
    }

    @Test
    void resumeCutsHalfALine() throws Exception {
        Aggregator first = opened(false);
        Commit a = first.ingest(first("/a"), reported("a", "{\"status\":\"pass\"}"));
        TestArtifacts lost = with(reported("b", "{\"files\":[\"f\",\"g\"]}"), null, "f", "old f");
        with(lost, null, "g", "old g");
        with(lost, null, "unlisted", "old h");
        first.ingest(first("/b"), lost);
        first.close();
        Path results = out().resolve("results.jsonl");
        String whole = Files.readString(results);
        for (int cut = whole.indexOf('\n') + 1; cut < whole.length(); cut++) {
            Files.writeString(results, whole.substring(0, cut));
            Files.createDirectories(out().resolve("files/.incoming-1/files"));
            lost.addResult(Map.of("files", List.of("f", "g")));
            try (Aggregator second = create(out())) {
                Map<Attempt, Resume.Known> known = Map.of(
                        first("/a"), Resume.Known.stored(TestArtifacts.in(temp.resolve("none")), a),
                        first("/b"), Resume.Known.doubtful(lost));
                assertThat(second.resume(new Resume(known))).containsOnlyKeys(first("/a"));
                assertThat(Files.readString(results)).isEqualTo(whole.substring(0, whole.indexOf('\n') + 1));
                assertThat(lost.files().find(null, "unlisted")).isPresent();
                second.ingest(first("/b"), lost);
            }
            assertThat(Files.readString(results)).isEqualTo(whole);
            assertThat(everyListedFile(out())).containsExactly("f old f", "g old g");
            assertThat(out().resolve("files/p/b/unlisted")).exists();
            assertThat(out().resolve("files/.incoming-1")).doesNotExist();
        }
    }

    @Test
    void resumeRefusesAnOutputThatIsNotOfTheRun() throws Exception {
        Aggregator first = opened(false);
        Commit a = first.ingest(first("/a"), reported("a", "{\"status\":\"pass\", \"note\":1E400}"));
        first.close();
        Path results = out().resolve("results.jsonl");
        String line = Files.readString(results);
        TestArtifacts none = TestArtifacts.in(temp.resolve("none"));
        Resume resume = new Resume(Map.of(first("/a"), Resume.Known.stored(none, a)));
        for (String other : List.of(
                "{}\n" + line,
                "\n" + line,
                "[1,2,3,4,5,6]\n" + line,
                line.replace("/a", "/b"),
                line.replace("p", "q"))) {
            Files.writeString(results, other);
            assertThatThrownBy(() -> create(out()).resume(resume))
                    .isInstanceOf(AggregatorException.class)
                    .hasMessageContaining("results.jsonl: line 1 is");
            assertThat(results).hasContent(other);
        }
        Files.writeString(results, line + "\0\0\n\0\n\0");
        try (Aggregator second = create(out())) {
            assertThat(second.resume(resume)).containsOnlyKeys(first("/a"));
        }
        assertThat(results).hasContent(line);
        Files.writeString(results, line.substring(0, line.length() - 1));
        try (Aggregator second = create(out())) {
            assertThat(second.resume(resume)).isEmpty();
        }
        assertThat(results).isEmptyFile();
        for (String position : List.of("7", "x-y", "-", "")) {
            Resume odd =
                    new Resume(Map.of(first("/a"), Resume.Known.stored(none, new Commit(position, Optional.empty()))));
            assertThatThrownBy(() -> create(out()).resume(odd)).hasMessageContaining("is no position in it");
        }
        assertThatThrownBy(() -> FileAggregator.jsonLines(results, out().resolve("files"))
                        .allowingDuplicates()
                        .resume(resume))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("several times");
    }

    @Test
    void nothingIsMadeWhereOneOfTheTwoExists() throws Exception {
        Files.createDirectory(out());
        Files.writeString(out().resolve("results.jsonl"), "mine");
        assertThatThrownBy(() -> create(out()).open()).isInstanceOf(AggregatorException.class);
        assertThat(out().resolve("files")).doesNotExist();
        assertThat(out().resolve("results.jsonl")).content().isEqualTo("mine");
        assertThatThrownBy(() -> create(temp.resolve("missing")).open())
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("no such file or directory");
    }
}
