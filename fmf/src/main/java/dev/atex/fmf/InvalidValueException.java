package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import org.jspecify.annotations.Nullable;

/**
 * A value has a type or form that the operation does not support. The reference implementation fails with an error of
 * the Python interpreter here, such as a {@code TypeError}, or with {@code re.error} for an invalid regular
 * expression.
 */
public final class InvalidValueException extends FmfException {
    private final String type;
    private final @Nullable String text;

    /** Creates an error with its name in Python and its message. */
    public InvalidValueException(String type, String message) {
        this(type, message, null);
    }

    private InvalidValueException(String type, String message, @Nullable String text) {
        super(message);
        this.type = type;
        this.text = text;
    }

    /** Creates an error whose message says more than the interpreter's, which does not know what a value is for. */
    static InvalidValueException explained(String type, String message) {
        return new InvalidValueException(type, message, message);
    }

    /** Creates an error with the message of the interpreter and another text for users. */
    static InvalidValueException explained(String type, String message, String text) {
        return new InvalidValueException(type, message, text);
    }

    static InvalidValueException of(PythonException e) {
        return new InvalidValueException(e.type(), e.getMessage());
    }

    @Override
    public String text() {
        return text == null ? type + ": " + super.text() : text;
    }

    @Override
    public String referenceName() {
        return type;
    }
}
