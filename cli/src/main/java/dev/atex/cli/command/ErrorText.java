package dev.atex.cli.command;

import dev.atex.internal.files.FileProblems;
import java.io.IOException;

/** Words for what went wrong. */
public final class ErrorText {
    private ErrorText() {}

    /** What went wrong, whatever it was: nothing that is made of a run may break it. */
    public static String of(Throwable problem) {
        return switch (problem) {
            case IOException e -> of(e);
            case OutOfMemoryError _ ->
                "there is not enough memory (" + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB): give the program more, as in JDK_JAVA_OPTIONS=-Xmx4g";
            default -> problem.toString();
        };
    }

    /** What went wrong with which file. */
    public static String of(IOException problem) {
        return FileProblems.of(problem);
    }
}
