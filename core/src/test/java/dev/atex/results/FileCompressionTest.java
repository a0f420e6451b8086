package dev.atex.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.ArtifactFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCompressionTest {
    @TempDir
    private Path temp;

    private Path from;
    private Path to;

    @BeforeEach
    void makeFiles() throws Exception {
        from = temp.resolve("from");
        to = temp.resolve("to");
        ArtifactFiles files = ArtifactFiles.in(from);
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
    }

    private static String unzipped(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void compressedFilesGetTheSuffix() throws Exception {
        Map<Path, Path> renamed =
                new FileCompression(Compression.gzip(1), ".gz", Set.of("left", "left.gz")).copy(from, to);
        assertThat(renamed)
                .containsEntry(from.resolve("s/d/log"), to.resolve("s/d/log.gz"))
                .containsEntry(from.resolve("s/twice"), to.resolve("s/twice.gz"))
                .containsEntry(from.resolve("s/twice.gz"), to.resolve("s/twice.gz.gz"))
                .hasSize(5);
        assertThat(renamed.values())
                .anySatisfy(path -> assertThat(path.getFileName().toString()).matches("x{100}~[0-9a-f]{20}.gz"));
        assertThat(unzipped(to.resolve("s/d/log.gz"))).isEqualTo("in d");
        assertThat(Files.getLastModifiedTime(to.resolve("s/d/log.gz")).toInstant())
                .isEqualTo(Instant.EPOCH);
        assertThat(unzipped(to.resolve("s/twice.gz"))).isEqualTo("one");
        assertThat(unzipped(to.resolve("s/twice.gz.gz"))).isEqualTo("two");
        assertThat(to.resolve("s/left")).hasContent("left alone");
        assertThat(to.resolve("left.gz")).hasContent("left too");
        assertThat(to.resolve("link")).isSymbolicLink();
        assertThat(Files.readAttributes(to.resolve("fifo"), "isOther", LinkOption.NOFOLLOW_LINKS))
                .containsEntry("isOther", true);
        assertThat(from.resolve("s/log")).hasContent("here");
    }

    @Test
    void withoutSuffixNamesStay() throws Exception {
        FileCompression how = new FileCompression(Compression.gzip(9), "", Set.of("left", "left.gz"));
        assertThat(how.copy(from, to)).isEmpty();
        assertThat(unzipped(to.resolve("s/log"))).isEqualTo("here");
        assertThat(to.resolve("s/left")).hasContent("left alone");
    }

    @Test
    void fileThatIsNotCompressedIsNotOverwritten() throws Exception {
        Path other = Files.createDirectory(temp.resolve("taken"));
        Files.writeString(other.resolve("a"), "to be compressed");
        Files.writeString(other.resolve("a.gz"), "left alone");
        FileCompression how = new FileCompression(Compression.gzip(1), ".gz", Set.of("a.gz"));
        assertThat(how.copy(other, to)).containsExactly(Map.entry(other.resolve("a"), to.resolve("a~1.gz")));
        assertThat(unzipped(to.resolve("a~1.gz"))).isEqualTo("to be compressed");
        assertThat(to.resolve("a.gz")).hasContent("left alone");
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThatThrownBy(() -> new FileCompression(Compression.gzip(1), "/x", Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Compression.gzip(10)).isInstanceOf(IllegalArgumentException.class);
    }
}
