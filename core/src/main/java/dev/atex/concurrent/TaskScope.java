package dev.atex.concurrent;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Owns threads: every body forked here has ended when {@link #close()} returns. Thread-safe.
 *
 * <p>Closing interrupts what still runs and waits for it, so a body must end promptly when interrupted. What a body
 * throws is kept for {@link Task#join}; a body that nobody joins handles its own failures. The JDK's own structured
 * concurrency is a preview in Java 25; this is the part of it that is needed here.
 */
public final class TaskScope implements AutoCloseable {
    /** The lowest bit of {@link #state}; the others count the bodies that have not ended. */
    private static final long CLOSED = 1;

    private static final long ONE_BODY = 2;

    private final String name;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong state = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);

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
        enter(taskName);
        boolean started = false;
        try {
            FutureTask<T> future = new FutureTask<>(body);
            Thread thread = builder.name(name + "/" + taskName).unstarted(() -> {
                try {
                    running.add(Thread.currentThread());
                    if (isClosed()) {
                        Thread.currentThread().interrupt(); // closed before it could be seen among the running
                    }
                    future.run();
                } finally {
                    running.remove(Thread.currentThread());
                    leave();
                }
            });
            thread.start();
            started = true;
            return new Task<>(future, thread);
        } finally {
            if (!started) {
                leave();
            }
        }
    }

    /** Counts a body, unless the scope is closed. */
    private void enter(String taskName) {
        long now = state.getAndUpdate(was -> (was & CLOSED) == 0 ? was + ONE_BODY : was);
        if ((now & CLOSED) != 0) {
            throw new IllegalStateException("scope '" + name + "' is closed, cannot start '" + taskName + "'");
        }
    }

    private void leave() {
        if (state.addAndGet(-ONE_BODY) == CLOSED) {
            ended.countDown();
        }
    }

    private boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    /** Interrupts every thread of the scope; more may be forked. */
    public void interrupt() {
        running.forEach(Thread::interrupt);
    }

    /** Interrupts what still runs and waits until all of it has ended; the caller's interrupt is kept for later. */
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
     * Closes the scope, interrupts what still runs, and waits for its end until the deadline.
     *
     * @return whether all of it has ended
     */
    public boolean close(Deadline deadline) throws InterruptedException {
        if (running.contains(Thread.currentThread())) {
            throw new IllegalStateException("scope '" + name + "' closed by a thread of its own");
        }
        if (state.getAndUpdate(was -> was | CLOSED) == 0) {
            ended.countDown();
        }
        interrupt();
        return ended.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
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
