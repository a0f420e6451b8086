package dev.atex.connection;

import java.nio.file.Path;
import java.util.Optional;

/** Where an output stream of a {@link Command} goes. */
public sealed interface Output {

    /** Readable from {@link RemoteProcess#stdout()} or {@link RemoteProcess#stderr()}. */
    record Pipe() implements Output {}

    /** Thrown away. */
    record Discard() implements Output {}

    /**
     * Appended, byte for byte, to a file on this side. The command itself has a pipe: were it the file, a command that opens
     * {@code /dev/stderr} to write there would empty it. Both outputs to the same file are one stream, in its order, where
     * the connection can do that.
     *
     * @param file the file; made if missing
     * @param endMark what the command promises to write last. A connection whose output can arrive later than the exit
     *     waits for it (a daemon may keep the stream open for ever), and every connection takes it off the file
     */
    record AppendTo(Path file, Optional<String> endMark) implements Output {}

    /** Readable from {@link RemoteProcess}. */
    static Output pipe() {
        return new Pipe();
    }

    /** Thrown away. */
    static Output discard() {
        return new Discard();
    }

    /** Appended to a file on this side. */
    static Output appendTo(Path file) {
        return new AppendTo(file, Optional.empty());
    }

    /** Appended to a file on this side; complete when {@code endMark} has come, which is not kept. */
    static Output appendTo(Path file, String endMark) {
        return new AppendTo(file, Optional.of(endMark));
    }
}
