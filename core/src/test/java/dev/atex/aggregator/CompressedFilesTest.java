package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.ArtifactFiles;
import dev.atex.executor.TestArtifacts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Files of tests are compressed, and back what they were when a run goes on. */
class CompressedFilesTest extends AggregatorContract {
    private static final FileCompression USUAL =
            new FileCompression(Compression.gzip(1), ".gz", Set.of("left", "left.gz"));
    private final FileAggregatorTest plain = new FileAggregatorTest();

    @Override
    protected Aggregator create(Path directory) {
        return create(directory, USUAL);
    }

    private static FileAggregator create(Path directory, FileCompression how) {
        return FileAggregator.jsonLines(directory.resolve("results.jsonl"), directory.resolve("files"))
                .compressingFiles(how);
    }

    @Override
    protected List<Stored> read(Path directory) throws Exception {
        return plain.read(directory);
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Path there = Path.of(directory + "/files/" + platform + test + "/" + file + ".gz");
        return Files.exists(there) ? Optional.of(unzipped(there)) : Optional.empty();
    }

    private static String unzipped(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path out() throws IOException {
        return Files.createDirectories(temp.resolve("out"));
    }

    private static final Attempt ATTEMPT = new Attempt("p", "/a", 1);

    private TestArtifacts many() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("many"));
        artifacts.addResult(
                Map.of("name", "s", "files", List.of("d/log", "left", "gone", "x".repeat(300), "./log", "twice")));
        artifacts.addResult(Map.of("status", "pass", "files", List.of("left.gz")));
        ArtifactFiles files = artifacts.files();
        Files.writeString(files.place("s", "d/log"), "in d");
        Files.setLastModifiedTime(files.place("s", "d/log"), FileTime.from(Instant.EPOCH));
        Files.writeString(files.place("s", "log"), "here");
        Files.writeString(files.place("s", "left"), "left alone");
        Files.writeString(files.place("s", "x".repeat(300)), "long");
        Files.writeString(files.place("s", "twice"), "one");
        Files.writeString(files.place("s", "twice.gz"), "two");
        Files.writeString(files.place(null, "left.gz"), "left too");
        Files.createSymbolicLink(files.place(null, "link"), Path.of("nowhere"));
        assertThat(new ProcessBuilder("mkfifo", files.place(null, "fifo").toString())
                        .start()
                        .waitFor())
                .isZero();
        return artifacts;
    }

    @Test
    void namesGetTheSuffixInTheListingToo() throws Exception {
        TestArtifacts artifacts = many();
        try (Aggregator aggregator = create(out())) {
            aggregator.open();
            aggregator.ingest(ATTEMPT, artifacts);
        }
        assertThat(artifacts.directory()).doesNotExist();
        String[] lines = Files.readString(out().resolve("results.jsonl")).split("\n");
        assertThat(lines[0])
                .matches(
                        "\\[\"p\", null, \"/a\", \"s\", \\[\"d/log.gz\", \"left\", \"gone\", \"x{100}~[0-9a-f]{20}.gz\""
                                + ", \"./log.gz\", \"twice.gz\"], null]");
        assertThat(lines[1]).isEqualTo("[\"p\", \"pass\", \"/a\", null, [\"left.gz\"], null]");
        Path files = out().resolve("files/p/a");
        assertThat(unzipped(files.resolve("s/d/log.gz"))).isEqualTo("in d");
        assertThat(Files.getLastModifiedTime(files.resolve("s/d/log.gz")).toInstant())
                .isEqualTo(Instant.EPOCH);
        assertThat(unzipped(files.resolve("s/twice.gz"))).isEqualTo("one");
        assertThat(unzipped(files.resolve("s/twice.gz.gz"))).isEqualTo("two");
        assertThat(files.resolve("s/left")).hasContent("left alone");
        assertThat(files.resolve("left.gz")).hasContent("left too");
        assertThat(files.resolve("link")).isSymbolicLink();
        assertThat(Files.readAttributes(files.resolve("fifo"), "isOther", LinkOption.NOFOLLOW_LINKS))
                .containsEntry("isOther", true);
        assertThat(ArtifactFiles.in(files).find("s", lines[0].replaceAll(".*(x{100}[^\"]*).*", "$1")))
                .isPresent();
        assertThat(out().resolve("files")).isDirectoryNotContaining("glob:.*");
    }

    @Test
    void withoutASuffixNamesStay() throws Exception {
        TestArtifacts artifacts = many();
        String listed = Files.readString(artifacts.resultsFile());
        try (Aggregator aggregator =
                create(out(), new FileCompression(Compression.gzip(9), "", Set.of("left", "left.gz")))) {
            aggregator.open();
            aggregator.ingest(ATTEMPT, artifacts);
        }
        assertThat(listed).contains("\"./log\"");
        assertThat(out().resolve("results.jsonl")).content().contains("[\"d/log\", \"left\", \"gone\"", "\"./log\"");
        assertThat(unzipped(out().resolve("files/p/a/s/log"))).isEqualTo("here");
        assertThat(out().resolve("files/p/a/s/left")).hasContent("left alone");
    }

    @Test
    void aNameThatIsTakenBySomethingLeftAloneIsNotOverwritten() throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("taken"));
        artifacts.addResult(Map.of("files", List.of("left", "a")));
        FileCompression how = new FileCompression(Compression.gzip(1), ".gz", Set.of("a.gz"));
        Files.writeString(artifacts.files().place(null, "a"), "to be compressed");
        Files.writeString(artifacts.files().place(null, "a.gz"), "left alone");
        try (Aggregator aggregator = create(out(), how)) {
            aggregator.open();
            aggregator.ingest(ATTEMPT, artifacts);
        }
        assertThat(out().resolve("results.jsonl")).content().contains("[\"left\", \"a~1.gz\"]");
        assertThat(unzipped(out().resolve("files/p/a/a~1.gz"))).isEqualTo("to be compressed");
        assertThat(out().resolve("files/p/a/a.gz")).hasContent("left alone");
        assertThatThrownBy(() -> new FileCompression(Compression.gzip(1), "/x", Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatGoesBackIsWhatItWas() throws Exception {
        TestArtifacts artifacts = many();
        Aggregator first = create(out());
        first.open();
        first.ingest(ATTEMPT, artifacts);
        first.close();
        TestArtifacts back = TestArtifacts.in(temp.resolve("back"));
        try (Aggregator second = create(out())) {
            second.resume(new Resume(Map.of(ATTEMPT, Resume.Known.replaced(back))));
            assertThat(out().resolve("results.jsonl")).isEmptyFile();
            try (var results = back.readResults()) {
                assertThat(results.next().get("files"))
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                        .startsWith("d/log", "left", "gone")
                        .endsWith("./log", "twice");
                assertThat(results.next().get("files")).isEqualTo(List.of("left.gz"));
            }
            assertThat(back.files().find("s", "d/log").orElseThrow()).hasContent("in d");
            assertThat(back.files().find("s", "twice").orElseThrow()).hasContent("one");
            assertThat(back.files().find("s", "twice.gz").orElseThrow()).hasContent("two");
            assertThat(back.files().find(null, "left.gz").orElseThrow()).hasContent("left too");
            assertThat(back.files().directory().resolve("link")).isSymbolicLink();
            second.ingest(ATTEMPT, back);
        }
        assertThat(unzipped(out().resolve("files/p/a/s/twice.gz.gz"))).isEqualTo("two");
    }
}
