package dev.atex.connection.local;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Blocking calls on a pipe, made on a platform thread. On a virtual one such a call would hold its carrier, closing the
 * channel would not wake it, and the close itself would block.
 */
final class PlatformThread {
    private PlatformThread() {}

    /** Makes the call here, or on a thread of its own when the caller is a virtual one. */
    static int call(Channel channel, Callable<Integer> call) throws IOException {
        FutureTask<Integer> task = new FutureTask<>(call);
        if (!Thread.currentThread().isVirtual()) {
            task.run();
        } else {
            Thread.ofPlatform().daemon().name("pipe").start(task);
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    channel.close(); // as FileChannel does; the call ends now
                }
            }
        } catch (ExecutionException e) {
            throw failure(e, interrupted);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException failure(ExecutionException e, boolean interrupted) {
        if (interrupted) {
            return new ClosedByInterruptException();
        }
        return switch (e.getCause()) {
            case IOException cause -> cause;
            case null -> new IOException(e);
            case Throwable cause -> new IOException(cause);
        };
    }
}
