package dev.atex.internal.concurrent;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A scope of threads: all of them have ended when {@link #close()} returns. Thread-safe.
 *
 * <p>Closing interrupts running threads and waits for them, so a body must end promptly when interrupted. {@link Task#join}
 * throws the exception of a body; a body that nobody joins handles its own failures. The JDK's structured concurrency is a
 * preview in Java 25; this class is the part of it that ATEX needs.
 */
public final class TaskScope implements AutoCloseable {
    /** The lowest bits of {@link #state}; the others count the bodies that have not ended. */
    private static final long CLOSED = 1;

    private static final long INTERRUPTED = 2;
    private static final long ONE_BODY = 4;

    private final String name;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong state = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);

    private TaskScope(String name) {
        this.name = name;
    }

    /** Opens a scope without threads; its name is for messages. */
    public static TaskScope open(String name) {
        return new TaskScope(name);
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Body extends Callable<Void> {
        /** Runs the work. */
        void run() throws Exception;

        @Override
        @SuppressWarnings("NullAway") // Void has no value but null
        default Void call() throws Exception {
            run();
            return null;
        }
    }

    /** Runs {@code body} in a new virtual thread. After {@link #close()}: {@link IllegalStateException}. */
    public <T> Task<T> fork(String threadName, Callable<T> body) {
        return start(Thread.ofVirtual(), threadName, body);
    }

    /** Runs {@code body}, which has no result, in a new virtual thread. */
    public Task<Void> run(String threadName, Body body) {
        return fork(threadName, body);
    }

    /**
     * Runs {@code body} in a new platform thread: for reads of pipes, which would hold a carrier, and which closing the channel
     * wakes only on a platform thread.
     */
    public <T> Task<T> forkPlatform(String threadName, Callable<T> body) {
        return start(Thread.ofPlatform().daemon(), threadName, body);
    }

    private <T> Task<T> start(Thread.Builder builder, String threadName, Callable<T> body) {
        Forked<T> task = new Forked<>(this, body);
        Thread thread = builder.name(threadName).unstarted(task);
        task.thread = thread;
        enter(threadName);
        boolean started = false;
        try {
            running.add(thread);
            if (isInterrupted()) {
                thread.interrupt(); // interrupt() may have missed it
            }
            thread.start();
            started = true;
            return task;
        } finally {
            if (!started) {
                leave(thread);
            }
        }
    }

    /** Counts a body, unless the scope is closed. */
    private void enter(String threadName) {
        long now = state.getAndUpdate(was -> (was & CLOSED) == 0 ? was + ONE_BODY : was);
        if ((now & CLOSED) != 0) {
            throw new IllegalStateException("scope '" + name + "' is closed, cannot start '" + threadName + "'");
        }
    }

    private void leave(Thread thread) {
        running.remove(thread);
        long now = state.addAndGet(-ONE_BODY);
        if (now < ONE_BODY && (now & CLOSED) != 0) {
            ended.countDown();
        }
    }

    /** Returns whether {@link #interrupt} or {@link #close()} was called. */
    public boolean isInterrupted() {
        return (state.get() & INTERRUPTED) != 0;
    }

    /** Interrupts all threads of the scope, and later ones before they start. */
    public void interrupt() {
        state.getAndUpdate(was -> was | INTERRUPTED);
        running.forEach(Thread::interrupt);
    }

    /** Interrupts all running threads and waits for their end; keeps an interrupt of the caller for later. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (true) {
            try {
                close(Deadline.never());
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Closes the scope, interrupts all running threads, and waits for their end until the deadline.
     *
     * @return whether all of them have ended
     */
    public boolean close(Deadline deadline) throws InterruptedException {
        if (running.contains(Thread.currentThread())) {
            throw new IllegalStateException("scope '" + name + "' closed by a thread of its own");
        }
        long before = state.getAndUpdate(was -> was | CLOSED);
        interrupt();
        if (before < ONE_BODY) {
            ended.countDown();
        }
        return ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    /** A forked piece of work. Thread-safe. */
    public sealed interface Task<T> {
        /**
         * Waits for the result.
         *
         * @throws ExecutionException if the body threw an exception, which is the cause
         * @throws TimeoutException if the deadline came first; the work continues
         */
        T join(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException;

        /** Waits for the end of the thread; returns false if the deadline came first. */
        boolean awaitEnd(Deadline deadline) throws InterruptedException;

        /** Interrupts the body. */
        void interrupt();
    }

    /** Scope, body and result of a thread in one object: a run may have a hundred thousand of them. */
    private static final class Forked<T> implements Task<T>, Runnable {
        private final TaskScope scope;
        private final Callable<T> body;

        @SuppressWarnings("NullAway") // set before any other thread sees this
        private Thread thread;

        private @Nullable T result;
        private @Nullable Throwable failure;

        private Forked(TaskScope scope, Callable<T> body) {
            this.scope = scope;
            this.body = body;
        }

        @Override
        public void run() {
            try {
                result = body.call();
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                scope.leave(thread);
            }
        }

        @Override
        @SuppressWarnings("NullAway") // a body that may return null has such a T
        public T join(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
            if (!awaitEnd(deadline)) {
                throw new TimeoutException("'" + thread.getName() + "' did not end in time");
            }
            if (failure != null) {
                throw new ExecutionException(failure);
            }
            return result;
        }

        @Override
        public boolean awaitEnd(Deadline deadline) throws InterruptedException {
            return thread.join(Duration.ofNanos(deadline.remainingNanos()));
        }

        @Override
        public void interrupt() {
            thread.interrupt();
        }
    }
}
