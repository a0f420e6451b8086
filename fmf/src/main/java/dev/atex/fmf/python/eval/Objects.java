package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Values of expressions that data do not have, and operations that all values support. */
final class Objects {
    private Objects() {}

    /** A generator, which produces items on request and only once. */
    record Generator(Iterator<?> items) {}

    /** The keys, values or items of a mapping. */
    record View(String type, Collection<?> items) {}

    static boolean isTrue(@Nullable Object value) {
        return value instanceof View view ? !view.items().isEmpty() : PyTypes.isTrue(value);
    }

    static String typeName(@Nullable Object value) {
        return switch (value) {
            case Generator g -> "generator";
            case View view -> view.type();
            case OsModule m -> "module";
            case Builtins.Builtin b -> b.type();
            case Methods.Method m -> "builtin_function_or_method";
            case null, default -> PyTypes.qualifiedName(value);
        };
    }

    static PythonException typeError(String message) {
        return new PythonException("TypeError", message);
    }

    /** Returns {@code iter(value)}. */
    static Iterator<?> iterate(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> list.iterator();
            case Tuple tuple -> tuple.items().iterator();
            case Set<?> set -> set.iterator();
            case Map<?, ?> map -> map.keySet().iterator();
            case View view -> view.items().iterator();
            case Generator generator -> generator.items();
            case String text -> text.codePoints().mapToObj(Character::toString).iterator();
            case byte[] bytes -> {
                List<@Nullable Object> numbers = new ArrayList<>();
                for (byte b : bytes) {
                    numbers.add((long) (b & 0xff));
                }
                yield numbers.iterator();
            }
            case null, default -> throw typeError("'" + typeName(value) + "' object is not iterable");
        };
    }

    /** Returns {@code list(value)}. */
    static List<@Nullable Object> list(@Nullable Object value) {
        List<@Nullable Object> items = new ArrayList<>();
        iterate(value).forEachRemaining(items::add);
        return items;
    }

    /** Returns {@code set(items)}. */
    static Set<@Nullable Object> set(Collection<?> items) {
        Set<@Nullable Object> set = new LinkedHashSet<>();
        for (Object item : items) {
            requireHashable(item);
            if (!PyOperators.contains(set, item)) {
                set.add(item);
            }
        }
        return set;
    }

    /** Returns the items of a value that is assigned to several names. */
    static List<@Nullable Object> unpack(@Nullable Object value, int count) {
        boolean iterable = value instanceof String
                || value instanceof Collection
                || value instanceof Map
                || value instanceof Tuple
                || value instanceof View
                || value instanceof Generator;
        if (!iterable) {
            throw typeError("cannot unpack non-iterable " + typeName(value) + " object");
        }
        List<@Nullable Object> items = list(value);
        if (items.size() < count) {
            throw new PythonException(
                    "ValueError", "not enough values to unpack (expected " + count + ", got " + items.size() + ")");
        }
        if (items.size() > count) {
            throw new PythonException("ValueError", "too many values to unpack (expected " + count + ")");
        }
        return items;
    }

    static void requireHashable(@Nullable Object value) {
        if (value instanceof Tuple tuple) {
            tuple.items().forEach(Objects::requireHashable);
        } else if (value instanceof List || value instanceof Map || value instanceof Set) {
            throw typeError("unhashable type: '" + PyTypes.name(value) + "'");
        }
    }

    static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Collection<?> items -> items.size();
            case Map<?, ?> map -> map.size();
            case Tuple tuple -> tuple.items().size();
            case View view -> view.items().size();
            case byte[] bytes -> bytes.length;
            case null, default -> throw typeError("object of type '" + typeName(value) + "' has no len()");
        };
    }
}
