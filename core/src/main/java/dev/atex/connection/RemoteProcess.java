package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command running on a machine.
 *
 * <p>Streams: each is used by one thread at a time, of any kind. A blocked read or write ends when the other side closes,
 * when {@link #close()} is called from another thread, and when its thread is interrupted (which closes the stream).
 * Bulk reads belong on a platform thread (see {@link dev.atex.internal.concurrent.TaskScope#forkPlatform}): for one on a virtual
 * thread, a pipe of this host needs a helper thread each time.
 */
public interface RemoteProcess extends AutoCloseable {

    /** The command's standard input; closing it is the command's end of file. */
    OutputStream stdin();

    /** The command's standard output; empty unless it goes to a pipe. */
    InputStream stdout();

    /** The command's standard error; empty unless it goes to a pipe. */
    InputStream stderr();

    /**
     * Waits until the command itself has ended; never for the end of a stream, which a left-over child may hold open.
     * After {@link Exit.Code} and {@link Exit.Signal}, outputs that go to a file are complete there.
     *
     * @return how it ended, or {@link Exit.StillRunning} when the deadline came first
     */
    Exit await(Deadline deadline) throws InterruptedException;

    /**
     * Closes our ends of all streams: blocked readers wake with an exception or end of stream, a writing command gets
     * EPIPE, a reading one end of file. The command itself is not ended; see {@link #kill()}. Idempotent, any thread.
     */
    @Override
    void close();

    /**
     * Ends the command by force (SIGKILL where there are signals), as far as the connection can, and closes. For a
     * connection that cannot signal this is only {@link #close()}: a command that must not outlive it watches its
     * standard input.
     */
    void kill();
}
