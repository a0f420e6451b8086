package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A named pipe: who writes to it is held up once it is full, until somebody reads. */
public final class StalledFile implements AutoCloseable {
    private static final int ROOM = 60_000;

    private final Path path;
    /** Both ends, so that opening it waits for nobody; closed when what is left is to be read. */
    private final RandomAccessFile both;

    private final FileInputStream reader;
    private final TaskScope scope = TaskScope.open("reader");
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private TaskScope.Task<Void> reading;

    private StalledFile(Path path) throws IOException {
        this.path = path;
        both = new RandomAccessFile(path.toFile(), "rw");
        reader = new FileInputStream(path.toFile());
    }

    public static StalledFile in(Path directory, String name) throws IOException, InterruptedException {
        Path path = directory.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        return new StalledFile(path);
    }

    public Path path() {
        return path;
    }

    /** Waits until a writer is held up, or will be with the next bytes. */
    public void awaitFull(Deadline deadline) throws IOException, InterruptedException {
        while (reader.available() < ROOM) {
            assertThat(deadline.isExpired()).as("nothing came to " + path).isFalse();
            Thread.sleep(10); // nobody tells how full a pipe is
        }
    }

    /** Reads it from now on. */
    public synchronized void goOn() throws IOException {
        if (reading == null) {
            reading = scope.forkPlatform("reader", () -> {
                reader.transferTo(content);
                return null;
            });
            both.close();
        }
    }

    /** All that was written, when every writer has closed it. */
    public String content() throws Exception {
        goOn();
        reading.join(Deadline.after(Duration.ofSeconds(60)));
        return content.toString(StandardCharsets.US_ASCII);
    }

    /** Lets whoever is held up end. */
    @Override
    public void close() throws Exception {
        goOn();
        assertThat(reading.awaitEnd(Deadline.after(Duration.ofSeconds(60)))).isTrue();
        reader.close();
        scope.close();
    }
}
