package dev.atex.fmf;

/** No directory up to the root of the file system holds a metadata tree. */
public final class RootException extends FileException {
    /** The error with its message. */
    public RootException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "RootError";
    }
}
