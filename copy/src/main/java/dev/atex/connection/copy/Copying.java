package dev.atex.connection.copy;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.internal.text.Cut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs a program on a machine and, at the same time, work on this side that reads or writes the program's streams. */
public final class Copying {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final int SHOWN = 8 << 10;

    /** The time limit for the program to exit and report its error after the work has failed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private Copying() {}

    /** The work on this side. */
    @FunctionalInterface
    public interface Work {
        /** Does the work. */
        void run(RemoteProcess process) throws IOException, InterruptedException;
    }

    /** Starts the program. */
    @FunctionalInterface
    public interface Start {
        /** Starts the program. */
        RemoteProcess start() throws ConnectionException, InterruptedException;
    }

    /**
     * Copies.
     *
     * @param what the start of error messages
     * @param tolerated accepts an end of the program as success, if the work was successful
     * @return false if the machine does not have the program
     */
    public static boolean run(Start start, String what, Predicate<Exit> tolerated, Deadline deadline, Work work)
            throws ConnectionException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted: " + what);
        }
        if (deadline.isExpired()) {
            throw new ConnectionException(what + ": not finished in time");
        }
        try (TaskScope scope = TaskScope.open("copy");
                RemoteProcess process = start.start()) {
            try {
                TaskScope.Task<String> complaints = scope.fork("complaints", () -> text(process.stderr()));
                TaskScope.Task<Void> worker = scope.run("stream", () -> work.run(process));
                IOException failure = failure(worker, deadline);
                Exit exit = process.await(failure == null ? deadline : deadline.orAfter(LAST_WORDS));
                if (failure == null && tolerated.test(exit)) {
                    return true;
                }
                switch (exit) {
                    case Exit.Code(int code)
                    when code == NOT_FOUND || code == NOT_EXECUTABLE -> {
                        return false;
                    }
                    case Exit.TransportLost(ConnectionException cause) ->
                        throw new ConnectionException(what + ": " + cause.getMessage(), cause);
                    case Exit.StillRunning _ ->
                        throw failure == null
                                ? new ConnectionException(what + ": not finished in time")
                                : new ConnectionException(what + ": " + failure.getMessage(), failure);
                    case Exit.Code _, Exit.Signal _ -> {
                        String there = joined(complaints, deadline);
                        if (failure == null) {
                            throw new ConnectionException(what + ": " + (there.isEmpty() ? exit.toString() : there));
                        }
                        String here = String.valueOf(failure.getMessage());
                        throw new ConnectionException(
                                what + ": " + (there.isEmpty() ? here : here + "; on the machine: " + there), failure);
                    }
                }
            } finally {
                process.kill();
            }
        }
    }

    /** Waits for the work. Returns its error, which may be caused by the end of the program. */
    private static @Nullable IOException failure(TaskScope.Task<Void> worker, Deadline deadline)
            throws InterruptedException, ConnectionException {
        try {
            worker.join(deadline);
            return null;
        } catch (TimeoutException e) {
            return new IOException("not finished in time", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            return switch (cause) {
                case IOException why -> why;
                case RuntimeException why -> throw why;
                default -> new IOException(cause.toString(), cause);
            };
        }
    }

    private static String joined(TaskScope.Task<String> complaints, Deadline deadline) throws InterruptedException {
        try {
            return complaints.join(deadline).strip();
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }

    private static String text(InputStream from) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[SHOWN];
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
            kept.write(buffer, 0, Math.min(n, SHOWN - kept.size()));
        }
        return Cut.startOfUtf8(kept.toByteArray(), kept.size());
    }
}
