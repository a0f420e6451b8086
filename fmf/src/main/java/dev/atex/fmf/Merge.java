package dev.atex.fmf;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import dev.atex.fmf.python.regex.PyRegex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges values into the data of one node, according to the suffixes of their keys.
 *
 * <p>Only mappings ever change in place. Nodes share the mappings they inherit until one of them changes: {@link
 * Owner} is first asked for a mapping of the node's own. Where the reference changes a mapping that several places of
 * a tree hold (YAML anchors), so does this class: the owner then copies nothing.
 */
final class Merge {
    private static final int MAX_DEPTH = 2000;

    /** Knows whether values of the node may be changed in place. */
    interface Owner {
        /**
         * Returns a value of {@code key} that may be changed in place: {@code value}, or a copy that has replaced it
         * in the node's data.
         */
        @Nullable
        Object own(String key, @Nullable Object value);

        /** Returns the value of the source, or the copy that has replaced it if the source is part of the data. */
        default @Nullable Object current(@Nullable Object value) {
            return value;
        }
    }

    /** Lists of mappings in lists of mappings multiply. */
    private static final int MAX_VALUES = 5_000_000;

    private final String nodeName;
    private final Owner owner;
    private int depth;
    private int values;
    private @Nullable String current;

    Merge(Node node, Owner owner) {
        this.nodeName = node.name();
        this.owner = owner;
    }

    /** Returns the top-level key that is being merged, with its suffix, for error messages. */
    @Nullable
    String current() {
        return current;
    }

    /** Merges {@code source} into the node's data, except for the keys in {@code skipped}. */
    void into(Map<@Nullable Object, @Nullable Object> data, Map<?, ?> source, Set<String> skipped) throws FmfException {
        for (Map.Entry<?, ?> entry : source.entrySet()) {
            if (skipped.isEmpty() || !(entry.getKey() instanceof String key) || !skipped.contains(key)) {
                current = entry.getKey() instanceof String key ? key : null;
                mergeKey(data, entry.getKey(), owner.current(entry.getValue()), true);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private void mergeNested(Map<@Nullable Object, @Nullable Object> data, Map<?, ?> source) throws FmfException {
        count(1);
        if (++depth > MAX_DEPTH) {
            throw InvalidValueException.explained(
                    "RecursionError", "Mappings are nested too deeply, or contain themselves.");
        }
        if (data == source && !source.isEmpty()) {
            // A value is merged into itself through a YAML anchor: Python fails only if a key is added.
            mergeIntoItself(data);
        } else {
            for (Map.Entry<?, ?> entry : source.entrySet()) {
                Map<@Nullable Object, @Nullable Object> inner = mergedMapping(data, entry.getKey(), entry.getValue());
                if (inner != null) {
                    mergeNested(inner, (Map<?, ?>) entry.getValue());
                } else {
                    mergeKey(data, entry.getKey(), entry.getValue(), false);
                }
            }
        }
        depth--;
    }

    /**
     * Returns the mapping that a key such as {@code a+} merges a mapping into; null for anything else. Merging it directly
     * takes one stack frame per level: deep mappings may be merged before the methods are compiled.
     */
    private @Nullable Map<@Nullable Object, @Nullable Object> mergedMapping(
            Map<@Nullable Object, @Nullable Object> data, @Nullable Object key, @Nullable Object value)
            throws FmfException {
        if (!(key instanceof String k) || !k.endsWith("+") || !(value instanceof Map)) {
            return null;
        }
        Object present = data.get(PyText.stripEnd(k, "+"));
        return present instanceof Map ? asMap(present) : null;
    }

    private void count(int more) throws InvalidValueException {
        values += more;
        if (values > MAX_VALUES) {
            throw InvalidValueException.explained(
                    "MemoryError", "Merging creates more than " + MAX_VALUES + " values.");
        }
    }

    private void mergeIntoItself(Map<@Nullable Object, @Nullable Object> data) throws FmfException {
        int size = data.size();
        for (Map.Entry<?, ?> entry : List.copyOf(new LinkedHashMap<>(data).entrySet())) {
            mergeKey(data, entry.getKey(), entry.getValue(), false);
            if (data.size() != size) {
                throw InvalidValueException.explained(
                        "RuntimeError", "A mapping is merged into itself and would grow.");
            }
        }
    }

    private void mergeKey(
            Map<@Nullable Object, @Nullable Object> data, @Nullable Object key, @Nullable Object value, boolean top)
            throws FmfException {
        if (!(key instanceof String k)) {
            throw InvalidValueException.explained(
                    "AttributeError",
                    "Invalid key '" + PyRepr.str(key) + "': keys must be strings, not '" + PyTypes.name(key)
                            + "'; put it in quotes.");
        }
        int length = k.length();
        char last = length == 0 ? ' ' : k.charAt(length - 1);
        switch (last) {
            case '+' -> plus(data, PyText.stripEnd(k, "+"), value, false, top);
            case '<' -> {
                if (k.endsWith("+<")) {
                    plus(data, PyText.stripEnd(k, "+<"), value, true, top);
                } else {
                    data.put(k, value);
                }
            }
            case '~' -> {
                if (k.endsWith("-~")) {
                    removeMatching(data, PyText.stripEnd(k, "-~"), value, top);
                } else {
                    substitute(data, PyText.stripEnd(k, "~"), value);
                }
            }
            case '-' -> minus(data, PyText.stripEnd(k, "-"), value, top);
            default -> data.put(k, value);
        }
    }

    private void plus(
            Map<@Nullable Object, @Nullable Object> data,
            String key,
            @Nullable Object value,
            boolean prepend,
            boolean top)
            throws FmfException {
        Object present = data.get(key);
        if (present == null && !data.containsKey(key)) {
            data.put(key, value);
            return;
        }
        if (present instanceof List<?> && value instanceof Map<?, ?> given) {
            List<?> items = (List<?>) ownList(key, present, top);
            Map<?, ?> current = top ? asMap(owner.current(given)) : given;
            for (Object item : items) {
                mergeNested(asMap(item), current);
            }
        } else if (present instanceof Map<?, ?> && value instanceof List<?> items) {
            List<@Nullable Object> merged = new ArrayList<>(items.size());
            for (Object item : items) {
                Map<?, ?> given = asMap(item);
                Values.Copier copier = new Values.Copier();
                Map<@Nullable Object, @Nullable Object> copy = asMap(copier.copy(present));
                count(copier.size());
                mergeNested(copy, given);
                merged.add(copy);
            }
            data.put(key, merged);
        } else if (present instanceof Map<?, ?> && value instanceof Map<?, ?> given) {
            Map<@Nullable Object, @Nullable Object> map = asMap(top ? owner.own(key, present) : present);
            mergeNested(map, top ? asMap(owner.current(given)) : given);
        } else {
            try {
                data.put(key, prepend ? PyOperators.add(value, present) : PyOperators.add(present, value));
            } catch (PythonException e) {
                if (e.type().equals("TypeError")) {
                    throw mergeError(key, e.getMessage());
                }
                throw InvalidValueException.of(e);
            }
        }
    }

    private Object ownList(String key, Object present, boolean top) throws FmfException {
        for (Object item : (List<?>) present) {
            asMap(item);
        }
        Object owned = top ? owner.own(key, present) : present;
        return owned == null ? present : owned;
    }

    @SuppressWarnings("unchecked")
    private Map<@Nullable Object, @Nullable Object> asMap(@Nullable Object item) throws LoadException {
        if (item instanceof Map<?, ?> map) {
            return (Map<@Nullable Object, @Nullable Object>) map;
        }
        throw new LoadException(
                LoadException.Kind.MERGE,
                "MergeError: Item '" + PyRepr.str(item) + "' in " + nodeName + " must be a dictionary.");
    }

    private LoadException mergeError(String key, String reason) {
        return new LoadException(
                LoadException.Kind.MERGE, "MergeError: Key '" + key + "' in " + nodeName + " (" + reason + ").");
    }

    private void minus(Map<@Nullable Object, @Nullable Object> data, String key, @Nullable Object value, boolean top)
            throws FmfException {
        if (!data.containsKey(key)) {
            return;
        }
        Object present = data.get(key);
        if (present != null && value != null && PyTypes.isNumber(present) && PyTypes.isNumber(value)) {
            data.put(key, python(() -> PyNumbers.subtract(present, value)));
        } else if (present instanceof String text && value instanceof String pattern) {
            data.put(key, python(() -> PyRegex.compile(pattern).sub("", text)));
        } else if (present instanceof List<?> items && value instanceof List<?> removed) {
            List<@Nullable Object> kept = new ArrayList<>(items.size());
            for (Object item : items) {
                if (!python(() -> PyOperators.contains(removed, item))) {
                    kept.add(item);
                }
            }
            data.put(key, kept);
        } else if (present instanceof Map<?, ?> && value instanceof List<?> removed) {
            removeKeys(asMap(top ? owner.own(key, present) : present), removed);
        } else {
            throw mergeError(key, "wrong type");
        }
    }

    private static void removeKeys(Map<@Nullable Object, @Nullable Object> map, List<?> removed) throws FmfException {
        for (Object item : removed) {
            if (map.isEmpty()) {
                return;
            }
            if (item instanceof Map || item instanceof List || item instanceof Set) {
                throw InvalidValueException.explained(
                        "TypeError", "Keys to remove must be strings, not '" + PyTypes.name(item) + "'.");
            }
            Object known = PyOperators.findKey(map, item);
            if (!PyOperators.MISSING.equals(known)) {
                map.remove(known);
            }
        }
    }

    private record Substitution(String pattern, String replacement) {
        String apply(String text) {
            return PyRegex.compile(pattern).sub(replacement, text);
        }
    }

    private void substitute(Map<@Nullable Object, @Nullable Object> data, String key, @Nullable Object value)
            throws FmfException {
        if (!data.containsKey(key)) {
            return;
        }
        List<Substitution> substitutions = new ArrayList<>(1);
        for (Object item : patterns(value)) {
            substitutions.add(parseSubstitution(item));
        }
        for (Substitution substitution : substitutions) {
            Object present = data.get(key);
            if (present instanceof List<?> items) {
                List<@Nullable Object> changed = new ArrayList<>(items.size());
                for (Object item : items) {
                    if (!(item instanceof String text)) {
                        python(() -> substitution.apply("")); // an error in the expression takes precedence
                        throw mergeError(key, "not a string");
                    }
                    changed.add(python(() -> substitution.apply(text)));
                }
                data.put(key, changed);
            } else if (present instanceof String text) {
                data.put(key, python(() -> substitution.apply(text)));
            } else {
                throw mergeError(key, "wrong type");
            }
        }
    }

    private static Collection<?> patterns(@Nullable Object value) throws FmfException {
        return switch (value) {
            case String s -> List.of(s);
            case List<?> list -> list;
            case Set<?> set -> set;
            case Map<?, ?> map -> map.keySet();
            case Tuple tuple -> tuple.items();
            case null, default ->
                throw InvalidValueException.explained(
                        "TypeError",
                        "Patterns must be a string or a list, not '" + PyTypes.qualifiedName(value) + "'.");
        };
    }

    private static Substitution parseSubstitution(@Nullable Object item) throws FmfException {
        if (!(item instanceof String text)) {
            throw notText(item);
        }
        if (text.isEmpty()) {
            throw noDelimiter(text);
        }
        int delimiter = text.codePointAt(0);
        int width = Character.charCount(delimiter);
        if (text.codePointBefore(text.length()) != delimiter) {
            throw wrongEnd(text, Character.toString(delimiter));
        }
        String body = text.length() > 2 * width ? text.substring(width, text.length() - width) : "";
        int middle = body.indexOf(delimiter);
        if (middle < 0 || body.indexOf(delimiter, middle + width) >= 0) {
            throw new LoadException(LoadException.Kind.FORMAT, "'" + text + "' can't be split in two parts");
        }
        if (middle == 0) {
            throw new LoadException(LoadException.Kind.FORMAT, "Pattern cannot be empty: '" + text + "'.");
        }
        return new Substitution(body.substring(0, middle), body.substring(middle + width));
    }

    private static LoadException noDelimiter(Object item) {
        return new LoadException(
                LoadException.Kind.FORMAT, "'" + PyRepr.str(item) + "' has to start and end with the same delimiter.");
    }

    private static LoadException wrongEnd(Object item, @Nullable Object delimiter) {
        return new LoadException(
                LoadException.Kind.FORMAT,
                "'" + PyRepr.str(item) + "' has to end with '" + PyRepr.str(delimiter) + "'.");
    }

    /**
     * Returns the error that the reference reports for an item that is not a string: it looks at its first and last
     * element, then splits it.
     */
    private static FmfException notText(@Nullable Object item) {
        if (item instanceof List<?> list) {
            if (list.isEmpty()) {
                return noDelimiter(list);
            }
            return PyOperators.equal(list.getFirst(), list.getLast())
                    ? notText("AttributeError", item)
                    : wrongEnd(list, list.getFirst());
        }
        return notText(item instanceof Map ? "KeyError" : "TypeError", item);
    }

    private static FmfException notText(String type, @Nullable Object item) {
        return InvalidValueException.explained(
                type,
                "A substitution must be a string such as '/pattern/replacement/', not '" + PyTypes.name(item) + "'.");
    }

    private void removeMatching(
            Map<@Nullable Object, @Nullable Object> data, String key, @Nullable Object value, boolean top)
            throws FmfException {
        if (!data.containsKey(key)) {
            return;
        }
        Object present = data.get(key);
        switch (present) {
            case List<?> items -> {
                List<@Nullable Object> kept = new ArrayList<>(items.size());
                for (Object item : items) {
                    if (!anyMatches(value, PyRepr.str(item))) {
                        kept.add(item);
                    }
                }
                data.put(key, kept);
            }
            case String text -> {
                if (anyMatches(value, text)) {
                    data.put(key, "");
                }
            }
            case Map<?, ?> _ -> removeMatchingKeys(asMap(top ? owner.own(key, present) : present), value);
            case null, default -> throw mergeError(key, "wrong type");
        }
    }

    /** Removes in place: everything that holds the mapping is affected. */
    private static void removeMatchingKeys(Map<@Nullable Object, @Nullable Object> map, @Nullable Object value)
            throws FmfException {
        for (Object each : new ArrayList<>(map.keySet())) {
            if (anyMatches(value, PyRepr.str(each))) {
                map.remove(each);
            }
        }
    }

    /** Tries the expressions one by one until one matches: an error in a later one then has no effect. */
    private static boolean anyMatches(@Nullable Object expressions, String text) throws FmfException {
        for (Object item : patterns(expressions)) {
            if (!(item instanceof String expression)) {
                throw InvalidValueException.explained("TypeError", "Patterns must be strings.");
            }
            if (python(() -> PyRegex.compile(expression).search(text))) {
                return true;
            }
        }
        return false;
    }

    private interface Operation<T> {
        T run();
    }

    private static <T> T python(Operation<T> operation) throws InvalidValueException {
        try {
            return operation.run();
        } catch (PythonException e) {
            throw InvalidValueException.of(e);
        }
    }
}
