package dev.atex.fmf;

import org.jspecify.annotations.Nullable;

/** A tree cannot be loaded, or a node of another tree cannot be found. */
public sealed class LoadException extends FmfException permits RootException {
    /** The kinds of errors that the reference implementation distinguishes. */
    public enum Kind {
        /** A file or directory is missing, unreadable, or not valid YAML. */
        FILE("FileError"),
        /** No directory up to the root of the file system has a metadata tree. */
        ROOT("RootError"),
        /** Metadata do not have the required form. */
        FORMAT("FormatError"),
        /** A value cannot be merged into the inherited one. */
        MERGE("MergeError"),
        /** A reference to a node of another tree cannot be resolved. */
        REFERENCE("ReferenceError"),
        /** Anything else. */
        GENERAL("GeneralError");

        private final String referenceName;

        Kind(String referenceName) {
            this.referenceName = referenceName;
        }
    }

    private final Kind kind;

    /** Creates an error with its message. */
    public LoadException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** Creates an error with its message and cause. */
    public LoadException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns the kind of the error. */
    public Kind kind() {
        return kind;
    }

    @Override
    public String referenceName() {
        return kind.referenceName;
    }
}
