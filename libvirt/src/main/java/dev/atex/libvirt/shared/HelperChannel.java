package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import java.io.InputStream;
import java.io.OutputStream;

/** A running helper program: its streams and its end. Thread-safe. */
interface HelperChannel {

    /** Returns its standard input. */
    OutputStream stdin();

    /** Returns its standard output. Read it on a platform thread. */
    InputStream stdout();

    /** Returns its standard error. Read it on a platform thread. */
    InputStream stderr();

    /** Waits until the program has ended; returns false if the deadline came first. */
    boolean awaitEnd(Deadline deadline) throws InterruptedException;

    /** Ends the program and the connection to it. Idempotent; does not wait for the network. */
    void kill();
}
