package dev.atex.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.support.OutputFile;
import dev.atex.local.process.Processes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command on this host. */
final class LocalProcess implements RemoteProcess {
    private final Process process;
    private final OutputStream stdin;
    private final InputStream stdout;
    private final InputStream stderr;
    private final List<Recording> recordings;
    private final CompletableFuture<Exit> exit;

    LocalProcess(
            Process process, OutputStream stdin, InputStream stdout, InputStream stderr, List<Recording> recordings) {
        this.process = process;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
        this.recordings = List.copyOf(recordings);
        this.exit = process.onExit().thenApply(ended -> outcome(ended.exitValue()));
    }

    private Exit outcome(int code) {
        try {
            for (Recording recording : recordings) {
                recording.commandEnded();
            }
            return new Exit.Code(code);
        } catch (IOException e) {
            return OutputFile.notStored(e);
        }
    }

    @Override
    public OutputStream stdin() {
        return stdin;
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        try {
            Exit ended = exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            return OutputFile.stored(
                    ended, recordings.stream().map(Recording::file).toList(), deadline);
        } catch (TimeoutException e) {
            return new Exit.StillRunning();
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: the end of a command got lost", e);
        }
    }

    /** Runs {@code action} when the command has ended; at once if it has already. */
    void whenEnded(Runnable action) {
        CompletableFuture<Exit> _ = exit.whenComplete((_, _) -> action.run());
    }

    @Override
    public void close() {
        closeAll(List.of(stdin, stdout, stderr));
        whenEnded(() -> closeAll(recordings)); // a daemon may hold its end forever
    }

    private static void closeAll(List<? extends Closeable> ends) {
        for (Closeable end : ends) {
            try {
                end.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a pipe", e); // close(2) of a pipe does not fail
            }
        }
    }

    /** Kills the command and all processes in its session. */
    @Override
    public void kill() {
        if (process.isAlive()) {
            Processes.ofSession(process.pid()).forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly(); // it may not have its own session yet
        }
        close();
    }

    /** Ends all waits for the command, because the connection is gone. */
    void abandon(ConnectionException why) {
        exit.complete(new Exit.TransportLost(why));
        close();
    }
}
