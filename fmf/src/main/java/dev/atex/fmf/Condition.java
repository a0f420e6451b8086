package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.eval.Evaluator;
import dev.atex.fmf.python.eval.NotSupportedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition: a Python expression over the data of a node, such as {@code tier == '1' and 'duration' in locals()}. Names
 * are keys of the data. Immutable and thread-safe.
 *
 * <p>Evaluated are names and literals, all operators, chained comparisons, {@code in}, {@code is None}, {@code if else},
 * subscripts and slices, comprehensions and generators, methods of str, list, tuple, dict and set that change nothing,
 * and {@code len any all int str float bool min max sorted sum abs list tuple set repr locals}. Everything else of Python
 * is refused by name, never guessed.
 */
public final class Condition {
    private final String source;
    private final Evaluator.Parsed parsed;

    private Condition(String source, Evaluator.Parsed parsed) {
        this.source = source;
        this.parsed = parsed;
    }

    /**
     * Parses an expression.
     *
     * @throws InvalidValueException when it is no expression
     * @throws ConditionException when it uses something that is not evaluated here
     */
    public static Condition of(String expression) throws InvalidValueException, ConditionException {
        try {
            return new Condition(expression, Evaluator.parse(expression));
        } catch (NotSupportedException e) {
            throw unsupported(expression, e);
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    private static ConditionException unsupported(String source, NotSupportedException e) {
        return new ConditionException(
                ConditionException.Kind.UNSUPPORTED,
                "Condition '" + source + "' uses " + e.getMessage()
                        + ", which is not supported here; see Conditions in fmf/README.md for what is.");
    }

    /**
     * Whether the condition is true for these data.
     *
     * @throws FilterException when it uses a name that is not a key, or a key that a mapping does not have
     * @throws InvalidValueException when evaluating fails in another way, such as comparing a text with a number
     * @throws ConditionException when it uses something that is not evaluated here
     */
    public boolean holds(Map<String, ? extends @Nullable Object> data)
            throws FilterException, InvalidValueException, ConditionException {
        try {
            return parsed.isTrue(data);
        } catch (NotSupportedException e) {
            throw unsupported(source, e);
        } catch (PythonException e) {
            switch (e.type()) {
                case "NameError" -> throw new FilterException("Key is not defined in data: " + e.getMessage());
                case "KeyError" -> throw new FilterException("Internal key is not defined: " + e.getMessage());
                default -> throw InvalidValueException.of(e);
            }
        }
    }

    /** The expression. */
    @Override
    public String toString() {
        return source;
    }
}
