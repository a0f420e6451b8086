package dev.atex.fmf.python;

/** An error that Python itself would raise, by its name there. Internal: the public methods turn it into their own. */
public final class PythonException extends RuntimeException {
    private final String type;

    /** The error {@code type}, such as {@code TypeError}, with its text. */
    public PythonException(String type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /** The class name in Python, such as {@code TypeError}; {@code error} for that of regular expressions. */
    public String type() {
        return type;
    }

    /** The text, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    static PythonException typeError(String message) {
        return new PythonException("TypeError", message);
    }
}
