package dev.atex.run.engine;

import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Words for what was thrown. */
final class Failures {
    private Failures() {}

    /** The message of our own exceptions and of files that cannot be read or written; others with their class, without which they often say nothing. */
    static String describe(Throwable failure) {
        if (failure instanceof IOException e && !e.getClass().getName().startsWith("dev.atex.")) {
            return FileProblems.of(e);
        }
        String message = failure.getMessage();
        String name = failure.getClass().getName();
        if (message == null || message.isBlank()) {
            return name;
        }
        boolean ours = failure instanceof UncheckedIOException
                || (name.startsWith("dev.atex.") && failure instanceof Exception);
        return ours ? message : name + ": " + message;
    }
}
