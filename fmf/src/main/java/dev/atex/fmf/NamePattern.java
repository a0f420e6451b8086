package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.regex.PyRegex;

/** A Python regular expression for names. Immutable and thread-safe. */
public final class NamePattern {
    private final PyRegex regex;

    private NamePattern(PyRegex regex) {
        this.regex = regex;
    }

    /**
     * Compiles an expression.
     *
     * @throws InvalidValueException if it is invalid
     */
    public static NamePattern of(String expression) throws InvalidValueException {
        try {
            return new NamePattern(PyRegex.compile(expression));
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    /**
     * Returns whether the expression matches anywhere in the text.
     *
     * @throws InvalidValueException if matching takes too long
     */
    public boolean isIn(String text) throws InvalidValueException {
        try {
            return regex.search(text);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    /**
     * Returns whether the expression matches at the start of the text.
     *
     * @throws InvalidValueException if matching takes too long
     */
    public boolean startsIn(String text) throws InvalidValueException {
        try {
            return regex.match(text);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }
}
