package dev.atex.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Aggregator;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tukaani.xz.XZInputStream;

class XzAggregatorTest {
    @TempDir
    private Path temp;

    @Test
    void resultsAndFilesAreThoseOfPlainOutput() throws Exception {
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
        assertThat(new ProcessBuilder("xz", "-t", temp.resolve("r.xz").toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String unpacked(Path file) throws Exception {
        try (InputStream in = new XZInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,false", "3,true", "6,true", "9,false", "9,true"})
    void everyPresetGivesTheSameBack(int preset, boolean extreme) throws Exception {
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
