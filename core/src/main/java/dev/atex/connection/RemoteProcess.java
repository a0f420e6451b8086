package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command running on a machine.
 *
 * <p>Streams: one thread at a time uses each of them. A blocked read or write ends when the other side closes, when another
 * thread calls {@link #close()}, and when its thread is interrupted, which closes the stream. Read large amounts on a
 * platform thread: on a virtual thread each read of a local pipe needs a helper thread.
 */
public interface RemoteProcess extends AutoCloseable {

    /** Returns the command's standard input; closing it is the command's end of file. */
    OutputStream stdin();

    /** Returns the command's standard output; empty unless it goes to a pipe. */
    InputStream stdout();

    /** Returns the command's standard error; empty unless it goes to a pipe. */
    InputStream stderr();

    /**
     * Waits until the command itself has ended, not for the end of its streams, which a remaining child may hold open.
     * After {@link Exit.Code} and {@link Exit.Signal}, output files are complete.
     *
     * @return its end, or {@link Exit.StillRunning} if the deadline came first
     */
    Exit await(Deadline deadline) throws InterruptedException;

    /**
     * Closes this side of all streams: blocked readers wake with an exception or end of stream, a command that writes gets
     * EPIPE, one that reads gets end of file. Does not end the command, see {@link #kill()}. Idempotent, any thread.
     */
    @Override
    void close();

    /**
     * Kills the command (SIGKILL where there are signals), if the connection can, and closes. If the connection has no
     * signals, this only calls {@link #close()}: a command that must not outlive it watches its standard input.
     */
    void kill();
}
