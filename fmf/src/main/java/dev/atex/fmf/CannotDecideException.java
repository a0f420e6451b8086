package dev.atex.fmf;

/** A rule compares dimensions or versions that the context does not say enough about. */
public final class CannotDecideException extends FmfException {
    /** The error with its message. */
    public CannotDecideException(String message) {
        super(message);
    }

    @Override
    public String referenceName() {
        return "CannotDecide";
    }
}
