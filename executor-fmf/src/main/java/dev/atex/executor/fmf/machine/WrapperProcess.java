package dev.atex.executor.fmf.machine;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The running wrapper on the machine, and the words that it understands. Thread-safe. */
final class WrapperProcess implements AutoCloseable {
    private static final int END = 12;

    private final RemoteProcess process;
    private final byte[] parameters;
    private boolean sent;
    private String aborted = "";

    /** The ways to end a test or script. */
    enum StopReason {
        /** At once: its output is no longer read. */
        ABORT,
        /** Soon: small files of the test are still read. */
        CANCEL,
        /** All files of the test are still read. */
        EXPIRE
    }

    private WrapperProcess(RemoteProcess process, byte[] parameters) {
        this.process = process;
        this.parameters = parameters;
    }

    /** Starts it; call {@link #sendParameters} next. */
    static WrapperProcess start(Connection connection, Workspace workspace, WrapperCommand job, Output captured)
            throws ConnectionException, InterruptedException {
        String end = RandomText.ofLength(END);
        byte[] parameters = WrapperCommand.utf8(job.parameters(workspace, end));
        List<String> argv = List.of(
                workspace.tool("sh"),
                workspace.file(RemoteScripts.WRAPPER.fileName()),
                workspace.path(),
                String.valueOf(parameters.length),
                end);
        Command command = new Command(argv, Map.of(), Output.pipe(), captured);
        return new WrapperProcess(connection.start(command), parameters);
    }

    /** Sends the parameters. Blocks while the other side does not read. */
    void sendParameters() {
        try {
            process.stdin().write(parameters);
            process.stdin().flush();
        } catch (IOException e) {
            return; // ended before: its exit says why
        }
        String late;
        synchronized (this) {
            sent = true;
            late = aborted;
        }
        if (!late.isEmpty()) {
            word(late);
        }
    }

    /** Returns the control stream. */
    InputStream control() {
        return process.stdout();
    }

    /** Ends the test or script and all its processes. Returns at once. */
    void abort(StopReason how) {
        String word = how.name().toLowerCase(Locale.ROOT);
        synchronized (this) {
            aborted = word;
            if (!sent) {
                return;
            }
        }
        word(word);
    }

    /** Tells it to keep the test running when the connection is lost. */
    void detach() {
        word("detach");
    }

    private void word(String word) {
        try {
            process.stdin().write(WrapperCommand.utf8(word + "\n"));
            process.stdin().flush();
        } catch (IOException e) {
            // it has ended, or the connection is gone: both are seen elsewhere
        }
    }

    /** Waits for its exit. */
    Exit await(Deadline deadline) throws InterruptedException {
        return process.await(deadline);
    }

    /** Closes our ends of its streams. It aborts then, unless it is detached. */
    @Override
    public void close() {
        process.close();
    }

    /** Kills it. */
    void kill() {
        process.kill();
    }
}
