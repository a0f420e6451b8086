package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atex.aggregator.Aggregator;
import dev.atex.aggregator.AggregatorContract;
import dev.atex.aggregator.Attempt;
import dev.atex.aggregator.FileAggregator;
import dev.atex.aggregator.FileCompression;
import dev.atex.aggregator.MultiAggregator;
import dev.atex.executor.TestArtifacts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.XZInputStream;

/** Compressed documents together with files that are compressed under their own names. */
class XzAggregatorTest extends AggregatorContract {
    private static final FileCompression FILES =
            new FileCompression(new XzCompression(0, false), "", Set.of("left alone"));

    @Override
    protected Aggregator create(Path directory) {
        return FileAggregator.of(YamlFormat.FORMAT, directory.resolve("r.yaml"), directory.resolve("files"))
                .compressed(new XzCompression(1, false))
                .compressingFiles(FILES);
    }

    /** Also reads an open output: what a resumed run would find counts. */
    @Override
    protected List<Stored> read(Path directory) throws Exception {
        byte[] compressed = Files.readAllBytes(directory.resolve("r.yaml"));
        Path part = directory.resolve("r.yaml.part");
        String rest = "";
        if (Files.exists(part)) {
            String text = Files.readString(part);
            compressed = Arrays.copyOf(compressed, Integer.parseInt(text.substring(0, 19)));
            rest = text.substring(40);
        }
        if (compressed.length > 0) {
            try (InputStream in = new XZInputStream(new ByteArrayInputStream(compressed))) {
                rest = new String(in.readAllBytes(), StandardCharsets.UTF_8) + rest;
            }
        }
        return YamlAggregatorTest.stored(rest);
    }

    @Override
    protected Optional<String> readFile(Path directory, String platform, String test, String file) throws Exception {
        Path there = Path.of(directory + "/files/" + platform + test + "/" + file);
        return Files.exists(there) ? Optional.of(unpacked(there)) : Optional.empty();
    }

    @Test
    void resultsAndFilesEqualPlainOutput() throws Exception {
        Path plain = Files.createDirectory(temp.resolve("plain"));
        FileAggregator lines = FileAggregator.jsonLines(plain.resolve("r"), plain.resolve("files"));
        FileAggregator xz = FileAggregator.jsonLines(temp.resolve("r.xz"), temp.resolve("files"))
                .compressed(XzCompression.USUAL)
                .compressingFiles(new FileCompression(new XzCompression(0, true), "", Set.of()));
        try (Aggregator both = MultiAggregator.of(List.of(lines, xz))) {
            both.open();
            for (String test : List.of("/a", "/b")) {
                TestArtifacts artifacts = TestArtifacts.in(temp.resolve("artifacts"));
                Files.writeString(artifacts.files().place(null, "log"), test.repeat(10_000));
                artifacts.addResult(Map.of("status", "pass", "files", List.of("log")));
                both.ingest(new Attempt("p", test, 1), artifacts);
            }
        }
        assertThat(unpacked(temp.resolve("r.xz"))).isEqualTo(Files.readString(plain.resolve("r")));
        Path log = temp.resolve("files/p/b/log");
        assertThat(Files.size(log)).isLessThan(1000);
        assertThat(unpacked(log)).isEqualTo(Files.readString(plain.resolve("files/p/b/log")));
    }

    @Test
    void xzProgramReadsOutput() throws Exception {
        Path file = temp.resolve("r.xz");
        try (Aggregator aggregator =
                FileAggregator.jsonLines(file, temp.resolve("files")).compressed(XzCompression.USUAL)) {
            aggregator.open();
        }
        assumeThat(System.getenv("PATH").split(":"))
                .as("needs xz; not installed")
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "xz")));
        assertThat(new ProcessBuilder("xz", "-t", file.toString()).start().waitFor())
                .isZero();
    }

    private static String unpacked(Path file) throws Exception {
        try (InputStream in = new XZInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,false", "3,true", "6,true", "9,false", "9,true"})
    void everyPresetRoundTrips(int preset, boolean extreme) throws Exception {
        byte[] text = "some text, again and again\n".repeat(1000).getBytes();
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        for (int i = 0; i < 2; i++) {
            try (OutputStream out = new XzCompression(preset, extreme).compress(compressed, text.length)) {
                out.write(text);
            }
        }
        try (InputStream in = XzCompression.USUAL.decompress(new ByteArrayInputStream(compressed.toByteArray()))) {
            assertThat(in.readNBytes(text.length)).isEqualTo(text);
            assertThat(in.readAllBytes()).isEqualTo(text);
        }
        assertThatThrownBy(() -> new XzCompression(10, false)).isInstanceOf(IllegalArgumentException.class);
    }
}
