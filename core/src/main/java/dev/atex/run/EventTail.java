package dev.atex.run;

import dev.atex.internal.files.LastLine;
import dev.atex.internal.files.RegularFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Follows the log of a running run: each read continues where the last one ended. Used by one thread. */
public final class EventTail implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private EventFormat format = EventFormat.FIRST;
    private long position;

    private EventTail(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a log, which must exist. */
    public static EventTail open(Path file) throws IOException {
        return new EventTail(file, RegularFiles.read(file));
    }

    /** Passes on the new events; leaves an incomplete line for the next call. */
    public void read(RunListener to) throws IOException {
        long end = LastLine.end(channel);
        if (end <= position) {
            return;
        }
        channel.position(position);
        EventReader reader = new EventReader(file, channel, end - position, format);
        position = end;
        try {
            reader.forEachRemaining(to::on);
            format = reader.format();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
