package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;

/**
 * A value has a type or form that the operation does not support. The reference implementation fails with an error of
 * the Python interpreter here, such as a {@code TypeError}, or with {@code re.error} for an invalid regular
 * expression.
 */
public final class InvalidValueException extends FmfException {
    private final String type;

    /** Creates an error with its name in Python and its message. */
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
