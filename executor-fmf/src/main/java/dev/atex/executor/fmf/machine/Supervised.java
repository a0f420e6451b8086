package dev.atex.executor.fmf.machine;

import dev.atex.internal.concurrent.TaskScope;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Runs work that blocks, until it ends, is cancelled, or exceeds a time limit. */
public final class Supervised {
    private Supervised() {}

    /** The outcome of the work. */
    public sealed interface Outcome<T> {
        record Done<T>(T value) implements Outcome<T> {}

        record Failed<T>(Exception why) implements Outcome<T> {}

        record Cancelled<T>() implements Outcome<T> {}

        record TimedOut<T>() implements Outcome<T> {}
    }

    /**
     * Does the work; has ended, in whatever way, when this returns.
     *
     * @param changes signaled when the limit or the wish for an end may have changed
     */
    public static <T> Outcome<T> call(
            String name, ChangeSignal changes, LongSupplier limit, BooleanSupplier cancelled, Callable<T> work)
            throws InterruptedException {
        AtomicReference<Outcome<T>> result = new AtomicReference<>();
        try (TaskScope scope = TaskScope.open(name)) {
            scope.run("work", () -> {
                try {
                    result.set(new Outcome.Done<>(work.call()));
                } catch (Exception e) {
                    result.set(new Outcome.Failed<>(e));
                } finally {
                    changes.signal();
                }
            });
            while (true) {
                long seen = changes.count();
                Outcome<T> done = result.get();
                if (done != null) {
                    return done;
                }
                if (cancelled.getAsBoolean()) {
                    return new Outcome.Cancelled<>();
                }
                long left = limit.getAsLong();
                if (left <= 0) {
                    return new Outcome.TimedOut<>();
                }
                changes.await(seen, left);
            }
        }
    }
}
