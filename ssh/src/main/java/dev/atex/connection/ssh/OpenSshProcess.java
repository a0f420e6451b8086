package dev.atex.connection.ssh;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.OutputFile;
import dev.atex.connection.RemoteProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A command run by an {@code ssh} program. Its end is told by {@link ExitReports}. */
final class OpenSshProcess implements RemoteProcess {
    private static final int KILLED = 128 + 9;

    private final RemoteProcess client;
    private final CompletableFuture<Exit> exit;
    private final List<OutputFile> files;

    OpenSshProcess(RemoteProcess client, CompletableFuture<Exit> exit, List<OutputFile> files) {
        this.client = client;
        this.exit = exit;
        this.files = files;
    }

    @Override
    public OutputStream stdin() {
        return client.stdin();
    }

    @Override
    public InputStream stdout() {
        return client.stdout();
    }

    @Override
    public InputStream stderr() {
        return client.stderr();
    }

    @Override
    public Exit await(Deadline deadline) throws InterruptedException {
        try {
            Exit ended = exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            for (OutputFile file : files) {
                if (!file.awaitComplete(deadline)) {
                    return new Exit.StillRunning();
                }
            }
            return ended;
        } catch (TimeoutException e) {
            return new Exit.StillRunning();
        } catch (IOException e) {
            return new Exit.TransportLost(
                    new ConnectionException("cannot store the output of a command: " + e.getMessage(), e));
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: the end of a command got lost", e);
        }
    }

    @Override
    public void close() {
        client.close();
        CompletableFuture<Void> _ = exit.thenRun(client::kill); // a daemon may hold the streams open
    }

    @Override
    public void kill() {
        client.kill();
        exit.complete(new Exit.Code(KILLED));
    }
}
