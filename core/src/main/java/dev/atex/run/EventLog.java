package dev.atex.run;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.RegularFiles;
import dev.atex.internal.json.JsonBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A run's log, {@code events.jsonl}: one event a line, appended, readable while the run goes on (within 50 ms, and at
 * once when nothing else happens). The format is described in {@code docs/events.md}. Used by one thread, as a listener.
 */
public final class EventLog implements RunListener, AutoCloseable {
    private static final long AT_LEAST_EVERY = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int ENOUGH = 64 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final JsonBytes lines = new JsonBytes(JsonBytes.Style.COMPACT);
    private long flushed = System.nanoTime();

    private EventLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Appends to {@code file}, which is made if missing. A torn last line, left by a crash, is cut off first: what comes
     * after it would be lost with it.
     */
    public static EventLog open(Path file) throws IOException {
        FileChannel channel =
                RegularFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long whole = endOfLastLine(channel);
            channel.truncate(whole);
            channel.position(whole);
            return new EventLog(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static long endOfLastLine(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(8192);
        for (long end = channel.size(); end > 0; ) {
            long from = Math.max(0, end - block.capacity());
            block.clear().limit((int) (end - from));
            while (block.hasRemaining() && channel.read(block, from + block.position()) >= 0) {
                // a read may give less than was asked for
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    /**
     * The events in {@code file}, read lazily; a torn last line is left out. The stream must be closed. Reading on ends
     * with an {@link UncheckedIOException} that names file and line where a whole line is no event.
     */
    public static Stream<RunEvent> read(Path file) throws IOException {
        FileChannel channel = RegularFiles.read(file);
        EventReader reader;
        try {
            reader = new EventReader(file, channel, endOfLastLine(channel), EventFormat.FIRST);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return StreamSupport.stream(reader, false).onClose(() -> {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void on(RunEvent event) {
        EventCodec.write(event, lines);
        if (lines.size() >= ENOUGH || System.nanoTime() - flushed >= AT_LEAST_EVERY) {
            flush();
        }
    }

    @Override
    public String title() {
        return "the event log";
    }

    @Override
    public void idle() {
        flush();
    }

    private void flush() {
        flushed = System.nanoTime();
        try {
            write();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the event log " + file + ": " + FileProblems.of(e), e);
        }
    }

    private void write() throws IOException {
        ByteBuffer bytes = lines.buffer();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        lines.truncate(0);
    }

    /** Writes what is left. Idempotent. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                write();
            }
        }
    }
}
