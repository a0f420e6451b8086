package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template of {@code str.format}: {@code {}}, {@code {0}}, {@code {0[key]!r:>20}}. Source:
 * <a href="https://docs.python.org/3.11/library/string.html#format-string-syntax">format string syntax</a>. Immutable.
 */
public final class FormatString {
    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Field(int index, List<String> keys, char conversion, FormatSpec spec) implements Part {}

    private final List<Part> parts = new ArrayList<>();
    private final String template;
    private int at;
    private int next;
    private boolean numbered;

    private FormatString(String template) {
        this.template = template;
    }

    /** Parses a template; throws ValueError as {@link PythonException} if it is invalid. */
    public static FormatString parse(String template) {
        FormatString parsed = new FormatString(template);
        parsed.parse();
        return parsed;
    }

    private void parse() {
        StringBuilder text = new StringBuilder();
        while (at < template.length()) {
            char c = template.charAt(at++);
            if (c != '{' && c != '}') {
                text.append(c);
            } else if (at < template.length() && template.charAt(at) == c) {
                text.append(c);
                at++;
            } else if (c == '}') {
                throw mistake("Single '}' encountered in format string");
            } else if (at == template.length()) {
                throw mistake("Single '{' encountered in format string");
            } else {
                parts.add(new Text(text.toString()));
                text.setLength(0);
                parts.add(field());
            }
        }
        parts.add(new Text(text.toString()));
    }

    private static PythonException mistake(String message) {
        return new PythonException("ValueError", message);
    }

    private Field field() {
        int end = template.indexOf('}', at);
        if (end < 0) {
            throw mistake("expected '}' before end of string");
        }
        String body = template.substring(at, end);
        if (body.indexOf('{') >= 0) {
            throw new NotSupportedException("a field in the specification of a field");
        }
        at = end + 1;
        int colon = body.indexOf(':');
        String name = colon < 0 ? body : body.substring(0, colon);
        FormatSpec spec = FormatSpec.parse(colon < 0 ? "" : body.substring(colon + 1));
        int mark = name.indexOf('!');
        char conversion = ' ';
        if (mark >= 0) {
            if (mark != name.length() - 2) {
                throw mistake("expected ':' after conversion specifier");
            }
            conversion = name.charAt(mark + 1);
            if ("rs".indexOf(conversion) < 0) {
                throw new NotSupportedException("the conversion !" + conversion);
            }
            name = name.substring(0, mark);
        }
        return new Field(index(name), keys(name), conversion, spec);
    }

    private int index(String name) {
        int end = 0;
        while (end < name.length() && name.charAt(end) != '[' && name.charAt(end) != '.') {
            end++;
        }
        String number = name.substring(0, end);
        if (number.isEmpty()) {
            if (numbered) {
                throw mistake("cannot switch from manual field specification to automatic field numbering");
            }
            return next++;
        }
        if (!number.chars().allMatch(c -> c >= '0' && c <= '9') || number.length() > 6) {
            throw new PythonException("KeyError", PyRepr.repr(number));
        }
        if (next > 0) {
            throw mistake("cannot switch from automatic field numbering to manual field specification");
        }
        numbered = true;
        return Integer.parseInt(number);
    }

    private static List<String> keys(String name) {
        List<String> keys = new ArrayList<>(0);
        int from = name.indexOf('[');
        int dot = name.indexOf('.');
        if (dot >= 0 && (from < 0 || dot < from)) {
            throw new NotSupportedException("an attribute in a field");
        }
        while (from >= 0 && from < name.length()) {
            int end = name.indexOf(']', from);
            if (name.charAt(from) != '[' || end < 0) {
                throw mistake(end < 0 ? "Missing ']' in format string" : "Only '.' or '[' may follow ']'");
            }
            keys.add(name.substring(from + 1, end));
            from = end + 1;
        }
        return keys;
    }

    /** Returns the text with these values. */
    public String format(List<? extends @Nullable Object> values) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String text) -> out.append(text);
                case Field field -> out.append(text(field, values));
            }
        }
        return out.toString();
    }

    private static String text(Field field, List<? extends @Nullable Object> values) {
        if (field.index() >= values.size()) {
            throw new PythonException(
                    "IndexError", "Replacement index " + field.index() + " out of range for positional args tuple");
        }
        Object value = values.get(field.index());
        for (String key : field.keys()) {
            value = item(value, key);
        }
        return switch (field.conversion()) {
            case 'r' -> field.spec().format(PyRepr.repr(value));
            case 's' -> field.spec().format(PyRepr.str(value));
            default -> field.spec().format(value);
        };
    }

    private static @Nullable Object item(@Nullable Object value, String key) {
        Object number = key.isEmpty() || !Character.isDigit(key.charAt(0)) ? null : PyNumbers.parseInt(key);
        if (value instanceof Map<?, ?> map) {
            Object known = PyOperators.findKey(map, number == null ? key : number);
            if (PyOperators.MISSING.equals(known)) {
                throw new PythonException("KeyError", PyRepr.repr(number == null ? key : number));
            }
            return map.get(known);
        }
        if (number == null) {
            throw Objects.typeError(PyTypes.name(value) + " indices must be integers or slices, not str");
        }
        return Operators.item(value, number);
    }
}
