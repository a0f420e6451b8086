package dev.atex.internal.concurrent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs blocking calls on pipes on a platform thread. On a virtual thread such a call would hold its carrier, closing the pipe
 * would not wake it, and the close itself would block.
 */
public final class PlatformThread {
    private PlatformThread() {}

    /**
     * A blocking call.
     *
     * @param <T> its result
     * @param <X> its exceptions besides {@link IOException}
     */
    @FunctionalInterface
    public interface Call<T, X extends Exception> {
        /** Runs the call, and blocks. */
        T call() throws IOException, X;
    }

    /**
     * Runs the call and waits for its end; uses a platform thread if the caller is a virtual one. That costs about 50
     * microseconds: combine many calls into one.
     *
     * @param closeable closed if the caller is interrupted, like a {@link java.nio.channels.FileChannel}, so that the call
     *     ends. The caller stays interrupted.
     * @throws ClosedByInterruptException if the call failed after an interrupt
     */
    public static <T, X extends Exception> T call(Closeable closeable, Call<T, X> call) throws IOException, X {
        if (!Thread.currentThread().isVirtual()) {
            return call.call();
        }
        FutureTask<T> task = new FutureTask<>(call::call);
        Thread.ofPlatform().daemon().name("pipe").start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    closeable.close();
                }
            }
        } catch (ExecutionException e) {
            if (interrupted && e.getCause() instanceof IOException) {
                throw new ClosedByInterruptException();
            }
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null -> throw new IllegalStateException(e);
                case Throwable cause -> {
                    @SuppressWarnings("unchecked") // the call throws nothing else
                    X other = (X) cause;
                    throw other;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
