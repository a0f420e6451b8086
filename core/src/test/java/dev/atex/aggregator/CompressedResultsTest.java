package dev.atex.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.TestArtifacts;
import dev.atex.internal.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Lines that are compressed are the lines. */
class CompressedResultsTest extends AggregatorContract {
    @Override
    protected Aggregator create(Path directory) {
        return FileAggregator.jsonLines(directory.resolve("r.gz"), directory.resolve("files"))
                .compressed(Compression.gzip(6));
    }

    /** Also while it is open: what counts is what a resumed run would find. */
    private static String content(Path directory) throws IOException {
        byte[] compressed = Files.readAllBytes(directory.resolve("r.gz"));
        Path part = directory.resolve("r.gz.part");
        String rest = "";
        if (Files.exists(part)) {
            String text = Files.readString(part);
            compressed = Arrays.copyOf(compressed, Integer.parseInt(text.substring(0, 19)));
            rest = text.substring(40);
        }
        return unzipped(compressed) + rest;
    }

    private static String unzipped(byte[] compressed) throws IOException {
        if (compressed.length == 0) {
            return "";
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    protected List<Stored> read(Path directory) throws Exception {
        List<Stored> stored = new ArrayList<>();
        for (String text : content(directory).lines().toList()) {
            List<?> line = (List<?>) Json.parse(text);
            stored.add(new Stored((String) line.get(2), (String) line.get(1)));
        }
        return stored;
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Path there = Path.of(directory + "/files/" + platform + test + "/" + file);
        return Files.exists(there) ? Optional.of(Files.readString(there)) : Optional.empty();
    }

    private Path out() throws IOException {
        return Files.createDirectories(temp.resolve("out"));
    }

    private static Attempt attempt(String test) {
        return new Attempt("p", test, 1);
    }

    /** Artifacts with some MiB of results. */
    private TestArtifacts large(String name) throws IOException {
        TestArtifacts artifacts = TestArtifacts.in(temp.resolve("large").resolve(name));
        try (var writer = artifacts.openResults()) {
            for (int i = 0; i < 60_000; i++) {
                writer.write(Map.of("name", "a subtest with a long name, number " + i, "status", "pass", "note", name));
            }
            writer.write(Map.of("status", "pass"));
        }
        return artifacts;
    }

    @Test
    void aClosedOutputIsOneFileWithTheSameLines() throws Exception {
        Path plain = Files.createDirectory(temp.resolve("plain"));
        try (Aggregator both = MultiAggregator.of(
                List.of(create(out()), FileAggregator.jsonLines(plain.resolve("r"), plain.resolve("files"))))) {
            both.open();
            for (String test : List.of("a", "b", "c")) {
                both.ingest(attempt("/" + test), large(test));
                both.ingest(attempt("/" + test + "/small"), artifacts("pass"));
            }
        }
        byte[] compressed = Files.readAllBytes(out().resolve("r.gz"));
        assertThat(unzipped(compressed)).isEqualTo(Files.readString(plain.resolve("r")));
        assertThat(compressed.length).isLessThan((int) (Files.size(plain.resolve("r")) / 10));
        assertThat(new ProcessBuilder("gzip", "-t", out().resolve("r.gz").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (Stream<Path> left = Files.list(out())) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("r.gz", "files");
        }
    }

    @Test
    void anOutputWithoutResultsIsWhole() throws Exception {
        try (Aggregator aggregator = create(out())) {
            aggregator.open();
        }
        assertThat(unzipped(Files.readAllBytes(out().resolve("r.gz")))).isEmpty();
        assertThat(Files.size(out().resolve("r.gz"))).isPositive();
    }

    /** Wherever compressing is cut off, what was stored is there once. */
    @Test
    void whatWasCutOffIsThereOnceWhenTheRunGoesOn() throws Exception {
        Path gz = out().resolve("r.gz");
        Path part = out().resolve("r.gz.part");
        Aggregator first = create(out());
        first.open();
        Commit a = first.ingest(attempt("/a"), large("a"));
        Commit b = first.ingest(attempt("/b"), large("b")); // the first is compressed now
        String whole = content(out());
        byte[] before = Files.readAllBytes(gz);
        byte[] tail = Files.readAllBytes(part);
        assertThat(before).isNotEmpty();
        Map<Attempt, Resume.Known> known = Map.of(
                attempt("/a"), Resume.Known.stored(TestArtifacts.in(temp.resolve("none-a")), a),
                attempt("/b"), Resume.Known.stored(TestArtifacts.in(temp.resolve("none-b")), b));
        first.close();
        byte[] after = Files.readAllBytes(gz);
        List<byte[]> states = List.of(
                before, Arrays.copyOf(after, before.length + 100), Arrays.copyOf(after, after.length - 1), after);
        for (byte[] state : states) {
            Files.write(gz, state);
            Files.write(part, tail);
            Files.writeString(out().resolve("r.gz.part.new"), "half");
            try (Aggregator second = create(out())) {
                assertThat(second.resume(new Resume(known))).hasSize(2);
                assertThat(content(out())).isEqualTo(whole);
            }
            assertThat(unzipped(Files.readAllBytes(gz))).isEqualTo(whole);
            assertThat(part).doesNotExist();
        }
        try (Aggregator third = create(out())) { // of a whole file, too
            assertThat(third.resume(new Resume(known))).hasSize(2);
            third.ingest(attempt("/c"), artifacts("pass"));
        }
        assertThat(unzipped(Files.readAllBytes(gz))).startsWith(whole).endsWith("\"/c\", null, [\"log\"], null]\n");
    }

    @Test
    void anOutputThatIsNotWhatItShouldBeIsSaid() throws Exception {
        Aggregator first = create(out());
        first.open();
        first.ingest(attempt("/a"), large("a"));
        first.ingest(attempt("/b"), artifacts("pass"));
        Resume nothing = new Resume(Map.of());
        String part = Files.readString(out().resolve("r.gz.part"));
        first.close();
        Files.writeString(out().resolve("r.gz.part"), "nonsense");
        assertThatThrownBy(() -> create(out()).resume(nothing))
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("r.gz.part does not begin as it should");
        Files.writeString(out().resolve("r.gz.part"), part);
        Files.write(out().resolve("r.gz"), new byte[0]);
        assertThatThrownBy(() -> create(out()).resume(nothing)).isInstanceOf(AggregatorException.class);
        Files.delete(out().resolve("r.gz"));
        dev.atex.internal.files.Trees.delete(out().resolve("files"));
        assertThatThrownBy(() -> create(out()).open())
                .isInstanceOf(AggregatorException.class)
                .hasMessageContaining("r.gz.part")
                .hasMessageContaining("exists");
        assertThat(out().resolve("r.gz")).doesNotExist();
        assertThatThrownBy(() -> Compression.gzip(10)).isInstanceOf(IllegalArgumentException.class);
    }
}
