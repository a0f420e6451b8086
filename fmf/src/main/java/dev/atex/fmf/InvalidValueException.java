package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;

/**
 * A value is of a type or form that the operation does not take: where the reference implementation stops with an error
 * of the Python interpreter, such as a {@code TypeError}, or with {@code re.error} for a mistake in a regular expression.
 */
public final class InvalidValueException extends FmfException {
    private final String type;

    /** The error by its name in Python, and its message. */
    public InvalidValueException(String type, String message) {
        super(message);
        this.type = type;
    }

    static InvalidValueException of(PythonException e) {
        return new InvalidValueException(e.type(), e.getMessage());
    }

    @Override
    public String referenceName() {
        return type;
    }
}
