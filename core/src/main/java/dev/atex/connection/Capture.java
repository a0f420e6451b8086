package dev.atex.connection;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.files.FileProblems;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Runs a command to its end and captures its output. */
final class Capture {
    /**
     * The longest wait for a stream that a remaining child still holds open after the command has ended. Output can arrive long
     * after the exit code: sshd on a slow host sends the code first.
     */
    private static final Duration STRAGGLERS = Duration.ofSeconds(10);

    private static final int LIMIT = 16 << 20;

    private static final int CHUNK = 64 << 10;

    private Capture() {}

    static CommandResult run(Connection connection, Command command, Deadline deadline)
            throws ConnectionException, InterruptedException {
        try (TaskScope scope = TaskScope.open("capture");
                RemoteProcess process = connection.start(command)) {
            Sink stdout = new Sink(process.stdout());
            Sink stderr = new Sink(process.stderr());
            TaskScope.Task<Void> out = scope.forkPlatform("stdout", stdout::drain);
            TaskScope.Task<Void> err = scope.forkPlatform("stderr", stderr::drain);
            try {
                closeStdin(process);
                int code = exitCode(process.await(deadline), command);
                Deadline stragglers = deadline.orAfter(STRAGGLERS);
                settle(out, stragglers, command);
                settle(err, stragglers, command);
                return new CommandResult(code, stdout.bytes(), stderr.bytes());
            } finally {
                process.kill(); // closes too, which wakes the reader of a stream that is still open
            }
        }
    }

    private static void closeStdin(RemoteProcess process) throws ConnectionException {
        try {
            process.stdin().close();
        } catch (IOException e) {
            throw new ConnectionException("cannot close the standard input of a command: " + FileProblems.of(e), e);
        }
    }

    private static int exitCode(Exit exit, Command command) throws ConnectionException {
        return switch (exit) {
            case Exit.Code(int value) -> value;
            case Exit.Signal signal -> 128 + signal.number();
            case Exit.TransportLost(ConnectionException cause) -> throw cause;
            case Exit.StillRunning _ ->
                throw new ConnectionException(
                        "'" + command.argv().getFirst() + "' ran into its timeout and was killed");
        };
    }

    private static void settle(TaskScope.Task<Void> reader, Deadline deadline, Command command)
            throws ConnectionException, InterruptedException {
        try {
            reader.join(deadline);
        } catch (TimeoutException e) {
            // a child that outlived the command holds it open: use what was read
        } catch (ExecutionException e) {
            throw new ConnectionException(
                    "cannot read the output of '" + command.argv().getFirst() + "'", e);
        }
    }

    /** Reads a stream to its end and keeps its first bytes, which are available at any time. */
    private static final class Sink {
        private final InputStream from;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Sink(InputStream from) {
            this.from = from;
        }

        Void drain() throws IOException {
            byte[] buffer = new byte[CHUNK];
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                kept.write(buffer, 0, Math.min(n, LIMIT - kept.size()));
            }
            return null;
        }

        byte[] bytes() {
            return kept.toByteArray();
        }
    }
}
