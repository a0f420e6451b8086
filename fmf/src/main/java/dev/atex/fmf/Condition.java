package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.eval.Evaluator;
import dev.atex.fmf.python.eval.NotSupportedException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A condition: a Python expression over the data of a node, such as {@code tier == '1' and 'duration' in locals()}.
 * Names are keys of the data. Immutable and thread-safe.
 *
 * <p>Supported are names and literals, all operators, chained comparisons, {@code in}, {@code is None}, {@code if
 * else}, subscripts and slices, comprehensions and generators, methods of str, list, tuple, dict and set that do not
 * modify them, and {@code len any all int str float bool min max sorted sum abs list tuple set repr locals}. Any
 * other Python is refused with a message that names it.
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
     * @throws InvalidValueException if it is not an expression
     * @throws ConditionException if it uses something that is not supported
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
     * Returns whether the condition is true for these data.
     *
     * @throws FilterException if it uses a name that is not a key, or a key that a mapping does not have
     * @throws InvalidValueException if evaluating fails in another way, such as comparing a string with a number
     * @throws ConditionException if it uses something that is not supported
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

    /** Returns the expression. */
    @Override
    public String toString() {
        return source;
    }
}
