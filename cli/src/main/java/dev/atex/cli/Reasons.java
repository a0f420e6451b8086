package dev.atex.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for problems with files: the messages of the exceptions are often but a path. */
final class Reasons {
    private Reasons() {}

    /** What went wrong, whatever it was: nothing that is made of a run may break it. */
    static String of(Throwable problem) {
        return switch (problem) {
            case IOException e -> of(e);
            case OutOfMemoryError _ ->
                "there is not enough memory (" + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MiB): give the program more, as in JDK_JAVA_OPTIONS=-Xmx4g";
            default -> problem.toString();
        };
    }

    /** What went wrong with which file. */
    static String of(IOException problem) {
        return switch (problem) {
            case NoSuchFileException e -> e.getFile() + ": no such file or directory";
            case AccessDeniedException e -> e.getFile() + ": permission denied";
            case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
        };
    }
}
