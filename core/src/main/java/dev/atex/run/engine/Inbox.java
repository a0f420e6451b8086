package dev.atex.run.engine;

import dev.atex.run.RunEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the threads of a run tell its coordinator. Any thread posts and never waits; the coordinator takes. */
final class Inbox {
    private final Mailbox<Report> mailbox = new Mailbox<>();

    /** An event that gets its time, and thereby its place in the log, from the coordinator. */
    @FunctionalInterface
    interface Report {
        /** The event, or null when it does not count any more. */
        @Nullable
        RunEvent at(Duration now);
    }

    void post(Report report) {
        mailbox.post(report);
    }

    void hookFailed(String hook, Throwable failure) {
        hookFailed(hook, Failures.describe(failure));
    }

    void hookFailed(String hook, String message) {
        post(at -> new RunEvent.HookFailed(at, hook, message));
    }

    /** Adds all that is there to {@code batch}; waits for the first. */
    void take(List<Report> batch) throws InterruptedException {
        mailbox.take(batch);
    }

    /** Adds all that is there to {@code batch}. */
    void poll(List<Report> batch) {
        mailbox.poll(batch);
    }
}
