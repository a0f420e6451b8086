package dev.atex.fmf.python;

/**
 * An error that Python itself would raise, with its Python name. Internal: the public methods convert it to their own
 * exceptions.
 */
public final class PythonException extends RuntimeException {
    private final String type;

    /** Creates the error {@code type}, such as {@code TypeError}, with its message. */
    public PythonException(String type, String message) {
        super(message, null, false, false);
        this.type = type;
    }

    /**
     * Returns the class name in Python, such as {@code TypeError}; {@code error} for an error of a regular
     * expression.
     */
    public String type() {
        return type;
    }

    /** Returns the message, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    static PythonException typeError(String message) {
        return new PythonException("TypeError", message);
    }
}
