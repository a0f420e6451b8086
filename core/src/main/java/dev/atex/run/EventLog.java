package dev.atex.run;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.files.LastLine;
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
 * The log of a run, {@code events.jsonl}: one event per line. Readers see new events within 50 ms, and at once if nothing else
 * happens. {@code docs/events.md} describes the format. Used by one thread, as a listener.
 */
public final class EventLog implements RunListener, AutoCloseable {
    private static final long AT_LEAST_EVERY = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int ENOUGH = 64 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final JsonBytes lines = new JsonBytes(JsonBytes.Style.COMPACT);
    private long flushed = System.nanoTime();
    private boolean ended;

    private EventLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens {@code file} for appending; creates it if missing. Cuts off an incomplete last line after a crash first, because
     * the next event would be lost with it.
     */
    public static EventLog open(Path file) throws IOException {
        FileChannel channel =
                RegularFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long whole = LastLine.end(channel);
            channel.truncate(whole);
            channel.position(whole);
            return new EventLog(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Reads the events in {@code file} lazily, without an incomplete last line. Close the stream. If a complete line is not an
     * event, the stream throws {@link UncheckedIOException} with the file and the line.
     */
    public static Stream<RunEvent> read(Path file) throws IOException {
        FileChannel channel = RegularFiles.read(file);
        EventReader reader;
        try {
            reader = new EventReader(file, channel, LastLine.end(channel), EventFormat.FIRST);
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
        ended |= event instanceof RunEvent.RunFinished;
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
            if (ended) { // artifacts of a complete run are removed, relying on that
                ended = false;
                channel.force(false);
            }
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

    /** Writes the remaining events. Idempotent. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                write();
            }
        }
    }
}
