package dev.atex.orchestrator;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the threads of a run tell its coordinator. Any thread posts and never waits; the coordinator takes. */
final class Inbox {
    private final LinkedBlockingQueue<Report> queue = new LinkedBlockingQueue<>();

    /** An event that gets its time, and thereby its place in the log, from the coordinator. */
    @FunctionalInterface
    interface Report {
        /** The event, or null when it does not count any more. */
        @Nullable
        RunEvent at(Duration now);
    }

    void post(Report report) {
        queue.add(report);
    }

    void hookFailed(String hook, Throwable failure) {
        hookFailed(hook, Failures.describe(failure));
    }

    void hookFailed(String hook, String message) {
        post(at -> new RunEvent.HookFailed(at, hook, message));
    }

    /** Adds all that is there to {@code batch}; waits for the first until {@code nanos} are over. */
    void take(List<Report> batch, long nanos) throws InterruptedException {
        if (queue.drainTo(batch) == 0) {
            Report first = queue.poll(nanos, TimeUnit.NANOSECONDS);
            if (first != null) {
                batch.add(first);
                queue.drainTo(batch);
            }
        }
    }
}
