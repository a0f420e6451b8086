package dev.atex.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A named pipe between this process and a command. Used instead of {@link Process#getInputStream()}, whose close does
 * not wake a blocked reader; that of a {@link FileChannel} does.
 *
 * <p>Held open at both ends until {@link #end}, so that neither opening by the command nor ours ever blocks.
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

    /** Our end of it; call after the command has been started with the other one, and then {@link #close}. */
    FileChannel end(StandardOpenOption direction) throws IOException {
        return FileChannel.open(path, direction);
    }

    /** Lets go of it and removes its name: what the command and we have open goes on. */
    @Override
    public void close() throws IOException {
        try (both) {
            Files.deleteIfExists(path);
        }
    }
}
