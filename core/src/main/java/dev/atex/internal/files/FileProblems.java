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

/** Words for problems with files: the messages of the platform's exceptions are often but a path, or nothing. */
public final class FileProblems {
    private FileProblems() {}

    /** What went wrong, with which file where that is known. */
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

    /** The same of what some methods of the platform wrap. */
    public static String of(UncheckedIOException problem) {
        @Nullable IOException cause = problem.getCause();
        return cause == null ? message(problem) : of(cause);
    }

    /** The same of what wraps the problem with a directory that is gone through. */
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
