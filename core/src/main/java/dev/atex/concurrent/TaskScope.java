package dev.atex.concurrent;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Owns threads: every thread forked here has ended when {@link #close()} returns. Thread-safe.
 *
 * <p>Closing interrupts what still runs and waits for it, so a body must end promptly when interrupted. The JDK's own
 * structured concurrency is a preview in Java 25; this is the part of it that is needed here.
 */
public final class TaskScope implements AutoCloseable {
    private final String name;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private TaskScope(String name) {
        this.name = name;
    }

    /** A scope without threads yet; {@code name} prefixes the names of its threads. */
    public static TaskScope open(String name) {
        return new TaskScope(name);
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Body {
        /** Does the work. */
        void run() throws Exception;
    }

    /** Runs {@code body} in a new virtual thread. After {@link #close()}: {@link IllegalStateException}. */
    public <T> Task<T> fork(String taskName, Callable<T> body) {
        return start(Thread.ofVirtual(), taskName, body);
    }

    /** Runs {@code body}, which has no result, in a new virtual thread. */
    public Task<Void> run(String taskName, Body body) {
        return fork(taskName, asCallable(body));
    }

    /**
     * Runs {@code body} in a new platform thread: for reads of pipes, which would hold a carrier and which only on a
     * platform thread can be woken by closing the channel.
     */
    public <T> Task<T> forkPlatform(String taskName, Callable<T> body) {
        return start(Thread.ofPlatform().daemon(), taskName, body);
    }

    private static Callable<Void> asCallable(Body body) {
        return new Callable<>() {
            @Override
            @SuppressWarnings("NullAway") // Void has no value but null
            public Void call() throws Exception {
                body.run();
                return null;
            }
        };
    }

    private <T> Task<T> start(Thread.Builder builder, String taskName, Callable<T> body) {
        FutureTask<T> future = new FutureTask<>(body);
        Thread thread = builder.name(name + "/" + taskName).unstarted(() -> {
            try {
                future.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        if (closed) {
            running.remove(thread);
            throw new IllegalStateException("scope '" + name + "' is closed, cannot start '" + taskName + "'");
        }
        thread.start();
        return new Task<>(future, thread);
    }

    /** Interrupts every thread of the scope; more may be forked. */
    public void interrupt() {
        running.forEach(Thread::interrupt);
    }

    /** Interrupts what still runs and waits until all of it has ended; the caller's interrupt is kept for later. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        if (running.contains(Thread.currentThread())) {
            throw new IllegalStateException("scope '" + name + "' closed by a thread of its own");
        }
        for (Thread thread : running) {
            thread.interrupt();
            while (true) {
                try {
                    if (thread.getState() == Thread.State.NEW) {
                        Thread.onSpinWait(); // registered by a fork that is about to start it
                        continue;
                    }
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A forked piece of work. Thread-safe. */
    public static final class Task<T> {
        private final FutureTask<T> future;
        private final Thread thread;

        private Task(FutureTask<T> future, Thread thread) {
            this.future = future;
            this.thread = thread;
        }

        /**
         * Waits for the result.
         *
         * @throws ExecutionException what the body threw, as cause
         * @throws TimeoutException the deadline came first; the work goes on
         */
        public T join(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
            return future.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        }

        /** Waits for the end of the thread, whatever the result; false if the deadline came first. */
        public boolean awaitEnd(Deadline deadline) throws InterruptedException {
            return thread.join(Duration.ofNanos(deadline.remainingNanos()));
        }

        /** Interrupts the body. */
        public void interrupt() {
            thread.interrupt();
        }
    }
}
