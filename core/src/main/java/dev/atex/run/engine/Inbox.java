package dev.atex.run.engine;

import dev.atex.internal.files.Failures;
import dev.atex.run.RunEvent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@link Mailbox} of the coordinator of a run: any thread posts reports, without waiting, and the coordinator takes them. */
final class Inbox {
    private final Mailbox<Report> mailbox = new Mailbox<>();

    /** An event to which the coordinator gives its time, and so its place in the log. */
    @FunctionalInterface
    interface Report {
        /** Returns the event; null if it is outdated. */
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

    /** Adds all reports to {@code batch}; waits for the first one. */
    void take(List<Report> batch) throws InterruptedException {
        mailbox.take(batch);
    }

    /** Adds all reports to {@code batch}. */
    void poll(List<Report> batch) {
        mailbox.poll(batch);
    }
}
