package dev.atex.connection;

import java.nio.file.Path;
import java.util.Optional;

/** The destination of an output stream of a {@link Command}. */
public sealed interface Output {

    /** An output that is readable from {@link RemoteProcess#stdout()} or {@link RemoteProcess#stderr()}. */
    record Pipe() implements Output {}

    /** An output that is discarded. */
    record Discard() implements Output {}

    /**
     * An output that is appended, byte for byte, to a local file. The command itself writes to a pipe: if it had the file, opening
     * {@code /dev/stderr} for writing would truncate it. Both outputs to the same file are one stream, in order, if the
     * connection can do that.
     *
     * @param file the file; created if missing
     * @param endMark the text that the command writes last. A connection whose output can arrive after the exit code
     *     waits for it (a daemon may keep the stream open forever). Every connection removes it from the file
     */
    record AppendTo(Path file, Optional<String> endMark) implements Output {}

    /** Returns an output that is readable from {@link RemoteProcess}. */
    static Output pipe() {
        return new Pipe();
    }

    /** Returns an output that is discarded. */
    static Output discard() {
        return new Discard();
    }

    /** Returns an output that is appended to a local file. */
    static Output appendTo(Path file) {
        return new AppendTo(file, Optional.empty());
    }

    /** Returns an output that is appended to a local file, complete when {@code endMark} has arrived, which is removed. */
    static Output appendTo(Path file, String endMark) {
        return new AppendTo(file, Optional.of(endMark));
    }
}
