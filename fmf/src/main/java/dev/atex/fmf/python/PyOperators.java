package dev.atex.fmf.python;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Python's {@code ==}, {@code in} and {@code +} on values. */
@SuppressWarnings("ReferenceEquality") // identity is what Python's containers compare first
public final class PyOperators {
    private PyOperators() {}

    /** {@code a is b or a == b}, the comparison of containers. */
    public static boolean equal(@Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        return switch (a) {
            case String s -> s.equals(b);
            case List<?> l -> b instanceof List<?> && new Comparison().equal(l, b);
            case Map<?, ?> m -> b instanceof Map<?, ?> && new Comparison().equal(m, b);
            case Tuple t -> b instanceof Tuple && new Comparison().equal(t, b);
            case byte[] bytes -> b instanceof byte[] other && Arrays.equals(bytes, other);
            case Set<?> s -> b instanceof Set<?> other && s.size() == other.size() && containsAll(s, other);
            default -> PyTypes.isNumber(a) ? PyTypes.isNumber(b) && PyNumbers.compare(a, b) == 0 : a.equals(b);
        };
    }

    private static boolean containsAll(Set<?> a, Set<?> b) {
        for (Object item : a) {
            if (!contains(b, item)) {
                return false;
            }
        }
        return true;
    }

    /** A comparison of containers, which must end even if they contain themselves or are huge because of aliases. */
    private static final class Comparison {
        private static final int MAX_DEPTH = 2000;
        private static final int MAX_STEPS = 20_000_000;

        private int depth;
        private int steps;

        boolean equal(@Nullable Object a, @Nullable Object b) {
            if (a == b) {
                return true;
            }
            boolean containers = (a instanceof List && b instanceof List)
                    || (a instanceof Map && b instanceof Map)
                    || (a instanceof Tuple && b instanceof Tuple);
            if (!containers) {
                return PyOperators.equal(a, b);
            }
            if (++depth > MAX_DEPTH) {
                throw new PythonException("RecursionError", "maximum recursion depth exceeded in comparison");
            }
            boolean equal = switch (a) {
                case List<?> list when b instanceof List<?> other -> equalItems(list, other);
                case Map<?, ?> map when b instanceof Map<?, ?> other -> equalMaps(map, other);
                case Tuple tuple when b instanceof Tuple other -> equalItems(tuple.items(), other.items());
                case null, default -> false;
            };
            depth--;
            return equal;
        }

        private void step() {
            if (++steps > MAX_STEPS) {
                throw new PythonException("MemoryError", "the values are too large to be compared");
            }
        }

        private boolean equalItems(List<?> a, List<?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            Iterator<?> others = b.iterator();
            for (Object item : a) {
                step();
                if (!equal(item, others.next())) {
                    return false;
                }
            }
            return true;
        }

        private boolean equalMaps(Map<?, ?> a, Map<?, ?> b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (Map.Entry<?, ?> entry : a.entrySet()) {
                step();
                Object key = findKey(b, entry.getKey());
                if (key == MISSING || !equal(entry.getValue(), b.get(key))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@code item in items}. */
    public static boolean contains(Collection<?> items, @Nullable Object item) {
        for (Object each : items) {
            if (equal(each, item)) {
                return true;
            }
        }
        return false;
    }

    /** {@link #findKey} returns this for a missing key; null is a key like any other. */
    public static final Object MISSING = new Object();

    /**
     * Returns the key of {@code map} that equals {@code key} ({@code 1}, {@code 1.0} and {@code True} are equal), or
     * {@link #MISSING}.
     */
    public static @Nullable Object findKey(Map<?, ?> map, @Nullable Object key) {
        if (map.containsKey(key)) {
            return key;
        }
        if (!(key instanceof String) && key != null) {
            for (Object each : map.keySet()) {
                if (equal(each, key)) {
                    return each;
                }
            }
        }
        return MISSING;
    }

    /** Returns an object for a hashable value whose {@code equals} is Python's {@code ==}. */
    public static @Nullable Object hashKey(@Nullable Object key) {
        return switch (key) {
            case Boolean b -> (Object) (b ? 1L : 0L);
            case Double d
            when d == Math.rint(d) && !Double.isInfinite(d) ->
                PyNumbers.normalize(new java.math.BigDecimal(d).toBigInteger());
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case Tuple t -> {
                List<@Nullable Object> items = new ArrayList<>(t.items().size());
                for (Object item : t.items()) {
                    items.add(hashKey(item));
                }
                yield items;
            }
            case null, default -> key;
        };
    }

    /** Returns {@code left + right}; throws TypeError where Python raises it. */
    public static Object add(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String a && right instanceof String b) {
            return a + b;
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            List<@Nullable Object> joined = new ArrayList<>(a.size() + b.size());
            joined.addAll(a);
            joined.addAll(b);
            return joined;
        }
        if (left != null && right != null && PyTypes.isNumber(left) && PyTypes.isNumber(right)) {
            return PyNumbers.add(left, right);
        }
        if (left instanceof Tuple a && right instanceof Tuple b) {
            List<@Nullable Object> joined = new ArrayList<>(a.items());
            joined.addAll(b.items());
            return new Tuple(joined);
        }
        if (left instanceof byte[] a && right instanceof byte[] b) {
            byte[] joined = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, joined, a.length, b.length);
            return joined;
        }
        String rightType = PyTypes.qualifiedName(right);
        throw PythonException.typeError(
                switch (left) {
                    case String s -> "can only concatenate str (not \"" + rightType + "\") to str";
                    case List<?> l -> "can only concatenate list (not \"" + rightType + "\") to list";
                    case Tuple t -> "can only concatenate tuple (not \"" + rightType + "\") to tuple";
                    case byte[] b -> "can't concat " + rightType + " to bytes";
                    case null, default -> unsupported("+", left, right);
                });
    }

    /** Returns the interpreter's message for an operator that does not support these types. */
    public static String unsupported(String operator, @Nullable Object left, @Nullable Object right) {
        return "unsupported operand type(s) for " + operator + ": '" + PyTypes.qualifiedName(left) + "' and '"
                + PyTypes.qualifiedName(right) + "'";
    }

    /** Returns the int for any of Java's integer types. */
    public static Object integer(Number number) {
        return number instanceof BigInteger i ? PyNumbers.normalize(i) : (Object) number.longValue();
    }
}
