package dev.atex.fmf;

/** No directory up to the root of the file system has a metadata tree. */
public final class RootException extends LoadException {
    /** Creates an error with its message. */
    public RootException(String message) {
        super(Kind.ROOT, message);
    }
}
