package dev.atex.fmf;

import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.eval.Evaluator;
import dev.atex.fmf.python.eval.FormatString;
import dev.atex.fmf.python.eval.NotSupportedException;
import dev.atex.fmf.python.eval.OsModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Formats nodes as text, as {@code fmf show --format} does: a template of Python's {@code str.format}, such as {@code
 * {}: {1:>10}\n} (a backslash and an n are a line feed), and expressions for its values. Immutable and thread-safe.
 *
 * <p>Expressions are those of {@link Condition} with other names: {@code name}, {@code data} (a dict), {@code root}
 * (a str), {@code sources} (a list of str), and {@code os.path} with {@code basename dirname isabs join relpath}.
 */
public final class NodeFormat {
    private final FormatString template;
    private final String source;
    private final List<Value> values = new ArrayList<>();

    private record Value(String expression, Evaluator.Parsed parsed) {}

    private NodeFormat(String template, List<String> expressions) throws InvalidValueException, ConditionException {
        this.source = template;
        String current = template;
        try {
            this.template = FormatString.parse(template.replace("\\n", "\n").replace("\\t", "\t"));
            for (String expression : expressions) {
                current = expression;
                values.add(new Value(expression, Evaluator.parse(expression)));
            }
        } catch (NotSupportedException e) {
            throw unsupported(current, e);
        } catch (PythonException e) {
            throw invalid(current, e);
        }
    }

    /**
     * Parses a template and its expressions.
     *
     * @throws InvalidValueException if one of them is invalid
     * @throws ConditionException if one uses something that is not supported
     */
    public static NodeFormat of(String template, List<String> values) throws InvalidValueException, ConditionException {
        return new NodeFormat(template, values);
    }

    private static ConditionException unsupported(String expression, NotSupportedException e) {
        return new ConditionException(
                ConditionException.Kind.UNSUPPORTED,
                "'" + expression + "' uses " + e.getMessage() + ", which is not supported here.");
    }

    private static InvalidValueException invalid(String expression, PythonException e) {
        return new InvalidValueException(e.type(), "'" + expression + "': " + e.getMessage());
    }

    /**
     * Returns the text for a node.
     *
     * @throws InvalidValueException if an expression cannot be evaluated, such as for a key that the node does not
     *     have
     * @throws ConditionException if one uses something that is not supported
     */
    public String format(Node node) throws InvalidValueException, ConditionException {
        Map<String, @Nullable Object> names = new LinkedHashMap<>();
        names.put("name", node.name());
        names.put("data", node.data());
        names.put("root", node.tree().root().map(Path::toString).orElse(null));
        names.put("sources", node.sources().stream().map(Path::toString).toList());
        names.put("os", OsModule.OS);
        String current = source;
        try {
            List<@Nullable Object> made = new ArrayList<>();
            for (Value value : values) {
                current = value.expression();
                made.add(value.parsed().value(names));
            }
            current = source;
            return template.format(made);
        } catch (NotSupportedException e) {
            throw unsupported(current, e);
        } catch (PythonException e) {
            InvalidValueException error = invalid(current, e);
            error.setLocation(Locator.find(node, null));
            throw error;
        }
    }
}
