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
 * Brings what a command writes from its pipe to a file, on a thread that ends with the pipe. Where the command promises no
 * end mark, one is written behind it when it has ended: a left-over child may hold the pipe open. Thread-safe.
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

    /** To be called when the command has the other end of the pipe, and we still hold it. */
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
            return; // nobody wants more of it
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a pipe", e); // read(2) of a pipe does not fail
        }
    }

    /** To be called when the command has ended. */
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

    /** Where it goes. */
    OutputFile file() {
        return file;
    }

    /** Lets go of the pipe: what is in it is lost. */
    @Override
    public void close() throws IOException {
        try (pipe) {
            if (behind != null) {
                behind.close();
            }
        }
    }
}
