package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.regex.PyRegex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A filter such as {@code tag: Tier1 & tag: -slow | /tests/core}: alternatives joined by {@code |}, whose terms are
 * joined by {@code &}. A term is a key with values of which one must match ({@code key: a, b}), a value that must not
 * occur ({@code key: -a}), or a name. Immutable and thread-safe.
 */
public final class Filter {
    private sealed interface Literal {}

    private record Name(String pattern) implements Literal {}

    private record Values(String dimension, List<Atom> atoms) implements Literal {}

    private record Atom(boolean negated, String value) {}

    private final List<List<Literal>> clauses = new ArrayList<>();
    private final boolean empty;
    private final boolean sensitive;
    private final boolean regexp;

    private Filter(String text, boolean sensitive, boolean regexp) {
        this.empty = text.isEmpty();
        this.sensitive = sensitive;
        this.regexp = regexp;
        String filter = sensitive ? text : PyText.lower(text);
        for (String clause : splitAt(filter, '|', true)) {
            List<Literal> literals = new ArrayList<>();
            for (String literal : splitAt(clause.replace("\\|", "|"), '&', true)) {
                literals.add(parseLiteral(literal.replace("\\&", "&")));
            }
            clauses.add(literals);
        }
    }

    /**
     * Parses a filter; any text is a valid filter.
     *
     * @param sensitive whether matching is case-sensitive
     * @param regexp whether values and names are regular expressions; a value must match completely, a name partially
     */
    public static Filter parse(String text, boolean sensitive, boolean regexp) {
        return new Filter(text, sensitive, regexp);
    }

    /**
     * Checks all regular expressions; {@link #matches} checks only those that it evaluates.
     *
     * @throws InvalidValueException if one is invalid
     */
    public void check() throws InvalidValueException {
        if (!regexp || empty) {
            return;
        }
        try {
            for (List<Literal> clause : clauses) {
                clause.forEach(Filter::check);
            }
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    private static void check(Literal literal) {
        switch (literal) {
            case Name(String pattern) -> PyRegex.compile(pattern);
            case Values values -> values.atoms().forEach(atom -> PyRegex.compile(whole(atom.value())));
        }
    }

    private static String whole(String value) {
        return "^" + value + "$";
    }

    /** Splits at the separator and strips blanks; a separator after a backslash does not count. */
    private static List<String> splitAt(String text, char separator, boolean escapable) {
        List<String> parts = new ArrayList<>(2);
        int start = 0;
        for (int i = text.indexOf(separator); i >= 0; i = text.indexOf(separator, i + 1)) {
            if (i < start || (escapable && i > 0 && text.charAt(i - 1) == '\\')) {
                continue;
            }
            int end = i;
            while (end > start && PyText.isSpace(text.charAt(end - 1))) {
                end--;
            }
            parts.add(text.substring(start, end));
            start = i + 1;
            while (start < text.length() && PyText.isSpace(text.charAt(start))) {
                start++;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static Literal parseLiteral(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new Name(text);
        }
        int start = colon + 1;
        while (start < text.length() && PyText.isSpace(text.charAt(start))) {
            start++;
        }
        int lineEnd = text.indexOf('\n', start);
        if (lineEnd >= 0 && lineEnd != text.length() - 1) {
            return new Name(text);
        }
        String value = lineEnd < 0 ? text.substring(start) : text.substring(start, lineEnd);
        List<Atom> atoms = new ArrayList<>(1);
        for (String atom : splitAt(value, ',', false)) {
            boolean negated = atom.startsWith("-");
            atoms.add(new Atom(negated, negated ? atom.substring(1) : atom));
        }
        return new Values(text.substring(0, colon), atoms);
    }

    /**
     * Returns whether the filter matches.
     *
     * @param data a mapping
     * @param name the name of the node, null if there is none
     * @throws FilterException if a key of the filter is not in {@code data}, even if the rest would match, or if
     *     {@code data} is not a mapping
     * @throws InvalidValueException if a regular expression is invalid
     */
    public boolean matches(@Nullable Object data, @Nullable String name) throws FilterException, InvalidValueException {
        if (empty) {
            return true;
        }
        if (!(data instanceof Map<?, ?> map)) {
            throw new FilterException("Invalid data type '<class '" + PyTypes.name(data) + "'>'");
        }
        try {
            Map<String, List<String>> texts = new LinkedHashMap<>();
            boolean any = false;
            for (List<Literal> clause : clauses) {
                any |= matchesAll(clause, map, texts, name);
            }
            return any;
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }

    private boolean matchesAll(
            List<Literal> clause, Map<?, ?> data, Map<String, List<String>> texts, @Nullable String name)
            throws FilterException {
        Map<String, List<Values>> dimensions = new LinkedHashMap<>();
        for (Literal literal : clause) {
            switch (literal) {
                case Name(String pattern) -> {
                    if (!matchesName(pattern, name)) {
                        return false;
                    }
                }
                case Values values -> {
                    dimensions
                            .computeIfAbsent(values.dimension(), k -> new ArrayList<>(1))
                            .add(values);
                }
            }
        }
        boolean all = true;
        for (Map.Entry<String, List<Values>> dimension : dimensions.entrySet()) {
            List<String> present = texts(data, dimension.getKey(), texts);
            for (Values values : dimension.getValue()) {
                all &= matchesAny(values, present);
            }
        }
        return all;
    }

    private boolean matchesName(String pattern, @Nullable String name) throws FilterException {
        if (name == null) {
            throw new FilterException(
                    "Filter by name '" + pattern + "' requested but node name not provided to 'filter()'.");
        }
        return regexp ? PyRegex.compile(pattern).search(name) : pattern.equals(name);
    }

    private boolean matchesAny(Values values, List<String> present) {
        for (Atom atom : values.atoms()) {
            if (hasMatch(atom.value(), present) != atom.negated()) {
                return true;
            }
        }
        return false;
    }

    private boolean hasMatch(String value, List<String> present) {
        for (String text : present) {
            if (regexp ? PyRegex.compile(whole(value)).match(text) : value.equals(text)) {
                return true;
            }
        }
        return false;
    }

    private List<String> texts(Map<?, ?> data, String dimension, Map<String, List<String>> known)
            throws FilterException {
        List<String> texts = known.get(dimension);
        if (texts == null) {
            texts = collectTexts(data, dimension);
            known.put(dimension, texts);
        }
        return texts;
    }

    private List<String> collectTexts(Map<?, ?> data, String dimension) throws FilterException {
        if (sensitive) {
            if (!data.containsKey(dimension)) {
                throw new FilterException("Invalid filter '" + dimension + "'");
            }
            return render(data.get(dimension));
        }
        List<String> last = null;
        for (Map.Entry<?, ?> entry : data.entrySet()) {
            if (PyText.lower(PyRepr.str(entry.getKey())).equals(dimension)) {
                last = render(entry.getValue());
            }
        }
        if (last == null) {
            throw new FilterException("Invalid filter '" + dimension + "'");
        }
        return last;
    }

    private List<String> render(@Nullable Object value) {
        List<?> items = value instanceof List<?> list ? list : java.util.Collections.singletonList(value);
        List<String> texts = new ArrayList<>(items.size());
        for (Object item : items) {
            String text = PyRepr.str(item);
            texts.add(sensitive ? text : PyText.lower(text));
        }
        return texts;
    }
}
