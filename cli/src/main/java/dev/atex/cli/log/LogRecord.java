package dev.atex.cli.log;

import java.lang.System.Logger.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message, as it was logged.
 *
 * @param logger the name of its logger
 * @param thread the name of the thread that logged it
 * @param text the message and the causes, not escaped
 */
record LogRecord(Instant time, Level level, String logger, String thread, String text) {
    private static final int LONGEST = 8_000;
    private static final int CAUSES = 5;
    private static final int FRAMES = 5;

    static LogRecord of(
            Instant time, Level level, String logger, String thread, String message, @Nullable Throwable thrown) {
        StringBuilder text = new StringBuilder(message);
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < CAUSES; i++) {
            text.append(i == 0 ? ": " : "; caused by ").append(cause);
            if (cause instanceof RuntimeException || cause instanceof Error) {
                frames(cause, text); // nobody expected it: where it comes from matters
            }
            cause = cause.getCause();
        }
        if (text.length() > LONGEST) {
            int length = text.length();
            text.setLength(Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
            text.append("... (").append(length).append(" characters)");
        }
        return new LogRecord(time, level, logger, thread, text.toString());
    }

    private static void frames(Throwable cause, StringBuilder text) {
        StackTraceElement[] frames = cause.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
            text.append(i == 0 ? " at " : " < ").append(frames[i]);
        }
    }
}
