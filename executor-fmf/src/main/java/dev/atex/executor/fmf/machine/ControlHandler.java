package dev.atex.executor.fmf.machine;

import dev.atex.executor.TestAbortedException;
import java.io.IOException;
import java.io.InputStream;

/** Reads a control stream until there is nothing more to be had from it. */
@FunctionalInterface
public interface ControlHandler {

    /**
     * Reads on a thread of its own.
     *
     * @throws TestAbortedException what came cannot be stored here
     * @throws IOException the stream failed, or was closed from this side
     */
    Verdict read(InputStream control) throws TestAbortedException, IOException, InterruptedException;

    /** Grows while something comes. */
    default long reads() {
        return 0;
    }
}
