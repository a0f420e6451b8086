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

/** A named pipe. Writers block when it is full, until it is read. */
public final class StalledFile implements AutoCloseable {
    private static final int ROOM = 60_000;

    private final Path path;
    /** Both ends, so that opening does not block. Closed when the rest is read. */
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

    /** Waits until a writer blocks, or will with the next bytes. */
    public void awaitFull(Deadline deadline) throws IOException, InterruptedException {
        while (reader.available() < ROOM) {
            assertThat(deadline.isExpired()).as("nothing came to " + path).isFalse();
            Thread.sleep(10); // there is no event for a full pipe
        }
    }

    /** Starts to read. */
    public synchronized void goOn() throws IOException {
        if (reading == null) {
            reading = scope.forkPlatform("reader", () -> {
                reader.transferTo(content);
                return null;
            });
            both.close();
        }
    }

    /** Returns everything that was written, when all writers have closed the pipe. */
    public String content() throws Exception {
        goOn();
        reading.join(Deadline.after(Duration.ofSeconds(60)));
        return content.toString(StandardCharsets.US_ASCII);
    }

    /** Reads the rest, so that blocked writers end. */
    @Override
    public void close() throws Exception {
        goOn();
        assertThat(reading.awaitEnd(Deadline.after(Duration.ofSeconds(60)))).isTrue();
        reader.close();
        scope.close();
    }
}
