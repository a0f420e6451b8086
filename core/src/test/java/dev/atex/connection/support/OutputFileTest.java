package dev.atex.connection.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Output;
import dev.atex.internal.concurrent.TaskScope;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutputFileTest {
    @TempDir
    Path here;

    private static final byte[] MUCH = "0123456789abcde\n".repeat(1 << 14).getBytes(StandardCharsets.US_ASCII);

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    private static OutputFile to(Path path, String... mark) throws IOException {
        return new OutputFile(new Output.AppendTo(path, mark.length == 0 ? Optional.empty() : Optional.of(mark[0])));
    }

    @Test
    void waitEndsAtDeadlineWhileDiskBlocks() throws Exception {
        Path pipe = here.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (TaskScope scope = TaskScope.open("test");
                FileInputStream reader = stalled(pipe)) {
            OutputFile file = to(pipe);
            TaskScope.Task<Void> storing = scope.forkPlatform("store", () -> {
                file.accept(MUCH, 0, MUCH.length);
                file.end();
                return null;
            });
            while (reader.available() == 0) {
                Thread.onSpinWait();
            }
            assertThat(file.awaitComplete(Deadline.after(Duration.ofMillis(10))))
                    .isFalse();
            assertThat(reader.readNBytes(MUCH.length)).isEqualTo(MUCH);
            assertThat(file.awaitComplete(soon())).isTrue();
            storing.join(soon());
        }
    }

    /** Opened by somebody, or opening it to write would wait. */
    private static FileInputStream stalled(Path pipe) throws IOException {
        try (RandomAccessFile _ = new RandomAccessFile(pipe.toFile(), "rw")) {
            return new FileInputStream(pipe.toFile());
        }
    }

    /** Nothing more comes, but what has come is not in the file. */
    @Test
    void pendingOutputIsNotSilence() throws Exception {
        OutputFile file = to(here.resolve("file"));
        file.announce(5);
        assertThat(file.awaitComplete(Deadline.after(Duration.ofSeconds(3)))).isFalse();
        file.store("12345".getBytes(StandardCharsets.US_ASCII), 0, 5);
        assertThat(file.awaitComplete(soon()))
                .as("nothing has come for a while")
                .isTrue();
        file.end();
        assertThat(here.resolve("file")).hasContent("12345");
    }

    @Test
    void endMarkEndsWait() throws Exception {
        OutputFile file = to(here.resolve("file"), "END");
        byte[] text = "text END".getBytes(StandardCharsets.US_ASCII);
        file.announce(text.length);
        file.store(text, 0, 6);
        assertThat(file.awaitComplete(Deadline.after(Duration.ofMillis(10)))).isFalse();
        file.store(text, 6, 2);
        assertThat(file.awaitComplete(Deadline.after(Duration.ofMillis(10)))).isTrue();
        assertThat(here.resolve("file")).hasContent("text ");
        file.end();
        file.end();
    }

    @Test
    void failureToStoreIsReportedAndRestDiscarded() throws Exception {
        OutputFile file = to(Path.of("/dev/full"));
        file.accept(MUCH, 0, MUCH.length);
        file.accept(MUCH, 0, MUCH.length);
        assertThatThrownBy(() -> file.awaitComplete(soon())).isInstanceOf(IOException.class);
        file.end();
        assertThatThrownBy(() -> file.awaitComplete(soon())).isInstanceOf(IOException.class);
    }
}
