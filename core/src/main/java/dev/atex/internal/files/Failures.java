package dev.atex.internal.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;

/** Describes exceptions of any kind, for messages. */
public final class Failures {
    private Failures() {}

    /** Returns the message of our own exceptions and of I/O errors; adds the class to others, which often have no useful message. */
    public static String describe(Throwable failure) {
        if (failure instanceof IOException e && !e.getClass().getName().startsWith("dev.atex.")) {
            return FileProblems.of(e);
        }
        if (failure instanceof InterruptedException) {
            return "it was interrupted";
        }
        String message = failure.getMessage();
        String name = failure.getClass().getName();
        if (message == null || message.isBlank()) {
            return name;
        }
        boolean ours = failure instanceof UncheckedIOException
                || failure instanceof TimeoutException // of TimedCalls and Deadline
                || (name.startsWith("dev.atex.") && failure instanceof Exception);
        return ours ? message : name + ": " + message;
    }
}
