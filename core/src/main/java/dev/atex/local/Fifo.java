package dev.atex.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A named pipe between this process and a command. Used instead of {@link Process#getInputStream()}: closing that does not
 * wake a blocked reader, closing a {@link FileChannel} does.
 *
 * <p>Both ends are open until {@link #end}, so that opening it never blocks, in the command or here.
 */
final class Fifo implements AutoCloseable {
    private final Path path;
    private final FileChannel both;

    private Fifo(Path path, FileChannel both) {
        this.path = path;
        this.both = both;
    }

    static Fifo hold(Path path) throws IOException {
        return new Fifo(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    Path path() {
        return path;
    }

    /** Returns our end; call it after the command was started with the other one, and then call {@link #close}. */
    FileChannel end(StandardOpenOption direction) throws IOException {
        return FileChannel.open(path, direction);
    }

    /** Closes both extra ends and removes its name; ends that are in use stay open. */
    @Override
    public void close() throws IOException {
        try (both) {
            Files.deleteIfExists(path);
        }
    }
}
