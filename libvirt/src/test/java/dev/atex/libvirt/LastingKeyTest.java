package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.ssh.KeyFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastingKeyTest {
    @TempDir
    private Path directory;

    @Test
    void keyIsGeneratedOnce() throws Exception {
        Path state = directory.resolve("state");
        Path key = LastingKey.in(state);
        String text = Files.readString(key);
        assertThat(KeyFiles.isUsable(key)).isTrue();
        assertThat(key.resolveSibling(key.getFileName() + ".pub")).exists();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(LastingKey.in(state)).isEqualTo(key).content().isEqualTo(text);
    }

    @Test
    void runsThatStartTogetherGetTheSameKey() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<String>> keys = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                keys.add(threads.submit(() -> Files.readString(LastingKey.in(directory))));
            }
            List<String> texts = new ArrayList<>();
            for (Future<String> each : keys) {
                texts.add(each.get());
            }
            assertThat(texts).containsOnly(Files.readString(LastingKey.in(directory)));
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
    }
}
