package dev.atex.run;

import dev.atex.internal.files.FileProblems;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;

/**
 * Reads the lines of an event log, see {@code docs/events.md}. Ignores unknown members. In a log of a newer minor version, an
 * unknown event is {@link RunEvent.Unknown}.
 */
final class EventReader extends Spliterators.AbstractSpliterator<RunEvent> {
    private final Path file;
    private final long end;
    private final LineReader lines;
    private EventFormat format;
    private long read;

    /** Reads the first {@code end} bytes of {@code file}, complete lines in the given format. */
    EventReader(Path file, FileChannel channel, long end, EventFormat format) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.file = file;
        this.format = format;
        this.end = end;
        lines = new LineReader(Channels.newInputStream(channel));
    }

    @Override
    public boolean tryAdvance(Consumer<? super RunEvent> action) {
        if (read >= end) {
            return false;
        }
        RunEvent event;
        try {
            if (!lines.next()) {
                return false;
            }
            read += lines.length() + 1L;
            EventObject line = EventObject.of(lines);
            format = EventCodec.format(line).orElse(format);
            if (!format.isReadable()) {
                throw new UncheckedIOException(new IOException(file + ", line " + lines.number()
                        + ": the log has format " + format + ", and this version of atex reads "
                        + EventFormat.CURRENT.major() + ".x: use the version of atex that has written it"));
            }
            event = EventCodec.read(line, format.isNewer());
        } catch (JsonException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new UncheckedIOException(new IOException(
                    file + ", line " + lines.number() + ": not an event of a run: "
                            + (e instanceof JsonException json ? json.messageInLine() : e.getMessage()),
                    e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + FileProblems.of(e), e);
        }
        action.accept(event);
        return true;
    }

    /** Returns the format of the lines that were read. */
    EventFormat format() {
        return format;
    }
}
