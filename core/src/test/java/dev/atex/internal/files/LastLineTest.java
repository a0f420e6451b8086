package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastLineTest {
    @TempDir
    private Path directory;

    private void assertEnd(String content, long end) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), content, StandardCharsets.UTF_8);
        try (FileChannel channel = FileChannel.open(path)) {
            assertThat(LastLine.end(channel)).isEqualTo(end);
            assertThat(channel.position()).isZero();
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            assertThat(LastLine.end(file)).isEqualTo(end);
        }
    }

    @Test
    void fileWithoutNewlineHasNoCompleteLine() throws Exception {
        assertEnd("", 0);
        assertEnd("x", 0);
        assertEnd("x".repeat(20_000), 0);
    }

    @Test
    void completeFileEndsWithItsLastLine() throws Exception {
        assertEnd("\n", 1);
        assertEnd("a\nb\n", 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8190, 8191, 8192, 8193, 16_383, 16_384, 16_385, 30_000})
    void incompleteLineOfAnyLengthIsNotCounted(int length) throws Exception {
        assertEnd("a\nb\n" + "x".repeat(length), 4);
        assertEnd("\n" + "x".repeat(length), 1);
    }

    @Test
    void interruptDoesNotCloseRandomAccessFile() throws Exception {
        Path path = Files.writeString(directory.resolve("file"), "a\nb");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            Thread.currentThread().interrupt();
            long end = LastLine.end(file);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(end).isEqualTo(2);
            assertThat(file.length()).isEqualTo(3);
        }
    }
}
