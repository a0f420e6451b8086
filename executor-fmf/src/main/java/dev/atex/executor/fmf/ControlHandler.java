package dev.atex.executor.fmf;

import dev.atex.executor.TestAbortedException;
import java.io.InputStream;

/** Reads a control stream until there is nothing more to be had from it. */
@FunctionalInterface
interface ControlHandler {

    /**
     * Reads on a thread of its own. When the stream is closed from this side, it has ended.
     *
     * @throws TestAbortedException what came cannot be stored here
     */
    Verdict read(InputStream control) throws TestAbortedException;
}
