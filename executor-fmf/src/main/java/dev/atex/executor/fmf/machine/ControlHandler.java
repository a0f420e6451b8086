package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.control.TestAbortedException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the control stream of one run of the wrapper. */
@FunctionalInterface
public interface ControlHandler {

    /**
     * Reads a stream to its end, on a thread of its own.
     *
     * @throws TestAbortedException the stream is malformed ({@code FailureClass.CONTROL}), or something cannot be stored here
     * @throws IOException the stream failed, or was closed from this side
     */
    ControlEnd read(InputStream control) throws TestAbortedException, IOException, InterruptedException;

    /** Returns a number that grows while data arrive. */
    default long reads() {
        return 0;
    }
}
