package dev.atex.cli.command;

import dev.atex.internal.files.FileProblems;
import java.io.IOException;

/** Texts of exceptions, for messages. */
public final class ErrorText {
    private ErrorText() {}

    /** Returns a text for any exception or error. */
    public static String of(Throwable problem) {
        return switch (problem) {
            case IOException e -> of(e);
            case OutOfMemoryError _ ->
                "there is not enough memory (" + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB): give the program more, as in JDK_JAVA_OPTIONS=-Xmx4g";
            default -> problem.toString();
        };
    }

    /** Returns a text with the file and the reason. */
    public static String of(IOException problem) {
        return FileProblems.of(problem);
    }
}
