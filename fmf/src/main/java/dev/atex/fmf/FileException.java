package dev.atex.fmf;

import org.jspecify.annotations.Nullable;

/** A file or directory is missing, unreadable, or not valid YAML. */
public sealed class FileException extends FmfException permits RootException {
    /** The error with its message. */
    public FileException(String message) {
        super(message);
    }

    /** The error with its message and cause. */
    public FileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String referenceName() {
        return "FileError";
    }
}
