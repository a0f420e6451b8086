package dev.atex.connection.ssh.openssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.connection.support.ForwardingProcess;
import dev.atex.connection.support.OutputFile;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command that an {@code ssh} program runs. {@link ExitReports} reports its exit code. */
final class OpenSshProcess extends ForwardingProcess {
    private static final int KILLED = 128 + 9;

    private final CompletableFuture<Exit> exit;
    private final List<OutputFile> files;

    OpenSshProcess(RemoteProcess client, CompletableFuture<Exit> exit, List<OutputFile> files) {
        super(client);
        this.exit = exit;
        this.files = files;
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        try {
            return OutputFile.stored(exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS), files, deadline);
        } catch (TimeoutException e) {
            return new Exit.StillRunning();
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: waiting for a command failed", e);
        }
    }

    @Override
    public void close() {
        client().close();
        CompletableFuture<Void> _ = exit.thenRun(client()::kill); // a daemon may hold the streams open
    }

    @Override
    public void kill() {
        client().kill();
        exit.complete(new Exit.Code(KILLED));
    }
}
