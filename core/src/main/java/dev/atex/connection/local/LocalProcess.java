package dev.atex.connection.local;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
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
    private final CompletableFuture<Exit> exit;

    /** Work to be done when the command has ended, before anybody is told. */
    @FunctionalInterface
    interface Epilogue {
        void run() throws IOException;
    }

    LocalProcess(Process process, OutputStream stdin, InputStream stdout, InputStream stderr, Epilogue epilogue) {
        this.process = process;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
        this.exit = process.onExit().thenApply(ended -> outcome(ended.exitValue(), epilogue));
    }

    private static Exit outcome(int code, Epilogue epilogue) {
        try {
            epilogue.run();
            return new Exit.Code(code);
        } catch (IOException e) {
            return new Exit.TransportLost(
                    new ConnectionException("cannot complete the output of a command: " + e.getMessage(), e));
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
            return exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new Exit.StillRunning();
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: the end of a command got lost", e);
        }
    }

    /** Runs {@code action} when it has ended, at once if it has already. */
    void whenEnded(Runnable action) {
        CompletableFuture<Exit> _ = exit.whenComplete((_, _) -> action.run());
    }

    @Override
    public void close() {
        for (Closeable stream : List.of(stdin, stdout, stderr)) {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a pipe", e); // close(2) of a pipe does not fail
            }
        }
    }

    /** Kills the command and what it started and has not left its session. */
    @Override
    public void kill() {
        if (process.isAlive()) {
            for (long pid : Processes.ofSession(process.pid())) {
                if (pid != process.pid()) {
                    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                }
            }
            process.destroyForcibly();
        }
        close();
    }

    /** The connection is gone: ends every wait for it. */
    void abandon(ConnectionException why) {
        exit.complete(new Exit.TransportLost(why));
        close();
    }
}
