package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.regex.PyRegex;

/** A regular expression of Python, as selections have them. Immutable and thread-safe. */
public final class NamePattern {
    private final PyRegex regex;

    private NamePattern(PyRegex regex) {
        this.regex = regex;
    }

    /**
     * Compiles an expression.
     *
     * @throws InvalidValueException it has a mistake
     */
    public static NamePattern of(String expression) throws InvalidValueException {
        try {
            return new NamePattern(PyRegex.compile(expression));
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    /**
     * Whether it is found somewhere in the text.
     *
     * @throws InvalidValueException it takes too long with this text
     */
    public boolean isIn(String text) throws InvalidValueException {
        try {
            return regex.search(text);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    /**
     * Whether it matches from the start of the text.
     *
     * @throws InvalidValueException it takes too long with this text
     */
    public boolean startsIn(String text) throws InvalidValueException {
        try {
            return regex.match(text);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }
}
