package dev.atex.internal.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Messages for failures with files: those of the JDK's exceptions are often only a path, or empty. */
public final class FileProblems {
    private FileProblems() {}

    /** Returns what failed, and with which file if that is known. */
    public static String of(IOException problem) {
        return switch (problem) {
            case NoSuchFileException e -> of(e, "no such file or directory");
            case AccessDeniedException e -> of(e, "permission denied");
            case FileAlreadyExistsException e -> of(e, reason(e, "it is there already"));
            case NotDirectoryException e -> of(e, "it is not a directory");
            case DirectoryNotEmptyException e -> of(e, "the directory is not empty");
            case FileSystemLoopException e -> of(e, "symbolic links lead in a circle");
            case FileSystemException e -> of(e, reason(e, "it cannot be used"));
            case CharacterCodingException _ -> "it is not UTF-8";
            case ClosedChannelException _ -> "the file was closed before";
            default -> message(problem);
        };
    }

    /** Returns the message of a wrapped exception. */
    public static String of(UncheckedIOException problem) {
        @Nullable IOException cause = problem.getCause();
        return cause == null ? message(problem) : of(cause);
    }

    /** Returns the message of an exception from the iteration of a directory. */
    public static String of(DirectoryIteratorException problem) {
        @Nullable IOException cause = problem.getCause();
        return cause == null ? message(problem) : of(cause);
    }

    private static String of(FileSystemException problem, String what) {
        String other = problem.getOtherFile() == null ? "" : " -> " + problem.getOtherFile();
        return (problem.getFile() == null ? "" : problem.getFile() + other + ": ") + what;
    }

    private static String reason(FileSystemException problem, String otherwise) {
        String reason = problem.getReason();
        return reason == null || reason.isEmpty() ? otherwise : reason;
    }

    private static String message(Exception problem) {
        @Nullable String message = problem.getMessage();
        return message == null || message.isBlank() ? problem.getClass().getSimpleName() : message;
    }
}
