package dev.atex.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.json.JsonBytes;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private boolean fails;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.createFile(directory.resolve("results"));
    }

    private void force(FileDescriptor file) throws IOException {
        if (fails) {
            throw new IOException("no space");
        }
        file.sync();
    }

    private static JsonBytes line(String text) {
        JsonBytes line = new JsonBytes(JsonBytes.Style.COMPACT);
        line.raw((text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, text.length() + 1);
        return line;
    }

    /** The kernel forgets data that it could not write, and the next force succeeds. */
    @Test
    void afterOneFailedForceAllFail() throws Exception {
        AppendFile file = AppendFile.open(path, this::force);
        file.append(line("one"));
        file.commit();
        fails = true;
        assertThatThrownBy(file::force).hasMessage("no space");
        fails = false;
        assertThatThrownBy(file::force)
                .hasMessageContaining("did not reach the disk")
                .hasMessageContaining("no space");
        assertThatThrownBy(() -> file.append(line("two"))).hasMessageContaining("did not reach the disk");
        assertThatThrownBy(file::close).hasMessageContaining("did not reach the disk");
    }

    @Test
    void appendToRemovedFileFails() throws Exception {
        try (AppendFile file = AppendFile.open(path)) {
            file.append(line("one"));
            file.commit();
            Files.delete(path);
            assertThatThrownBy(file::force).hasMessageContaining("was removed");
            assertThatThrownBy(() -> file.append(line("two"))).hasMessageContaining("was removed");
        }
    }

    @Test
    void appendToReplacedFileFails() throws Exception {
        try (AppendFile file = AppendFile.open(path)) {
            Files.move(path, directory.resolve("elsewhere"));
            Files.createFile(path);
            assertThatThrownBy(() -> file.append(line("one"))).hasMessageContaining("was replaced");
            assertThat(path).isEmptyFile();
        }
    }

    @Test
    void pipesAndLinksAreRefusedWithoutWaiting() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> AppendFile.open(pipe)).hasMessageContaining("must be a regular file");
        Path link = Files.createSymbolicLink(directory.resolve("link"), path);
        assertThatThrownBy(() -> AppendFile.open(link)).hasMessageContaining("must be a regular file");
    }
}
