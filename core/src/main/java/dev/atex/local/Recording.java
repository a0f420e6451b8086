package dev.atex.local;

import dev.atex.connection.Output;
import dev.atex.connection.support.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies the output of a command from its pipe to a file, on a thread that ends with the pipe. If the command writes no end
 * mark, this class writes one after its end, because a remaining child may hold the pipe open. Thread-safe.
 */
final class Recording implements Closeable {
    private final FileChannel pipe;
    private final OutputFile file;
    private final @Nullable FileChannel behind;
    private final String mark;

    private Recording(FileChannel pipe, OutputFile file, @Nullable FileChannel behind, String mark) {
        this.pipe = pipe;
        this.file = file;
        this.behind = behind;
        this.mark = mark;
    }

    /** Starts the copy. Call it when the command has the other end of the pipe, before our copy of that end is closed. */
    static Recording start(Fifo fifo, Output.AppendTo to) throws IOException {
        String mark = to.endMark().orElseGet(() -> UUID.randomUUID().toString());
        OutputFile file = new OutputFile(new Output.AppendTo(to.file(), Optional.of(mark)));
        FileChannel pipe = fifo.end(StandardOpenOption.READ);
        FileChannel behind = to.endMark().isPresent() ? null : fifo.end(StandardOpenOption.WRITE);
        Recording recording = new Recording(pipe, file, behind, mark);
        Thread.ofPlatform().daemon().name("output").start(recording::record);
        return recording;
    }

    private void record() {
        try (PipeInput input = new PipeInput(pipe)) {
            file.acceptAll(input);
        } catch (ClosedChannelException e) {
            return; // nobody needs more of it
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a pipe", e); // read(2) of a pipe does not fail
        }
    }

    /** Call this when the command has ended. */
    void commandEnded() throws IOException {
        if (behind != null) {
            try (behind) {
                ByteBuffer bytes = ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    int _ = behind.write(bytes);
                }
            }
        }
    }

    /** Returns the file. */
    OutputFile file() {
        return file;
    }

    /** Closes the pipe; discards its content. */
    @Override
    public void close() throws IOException {
        try (pipe) {
            if (behind != null) {
                behind.close();
            }
        }
    }
}
