package dev.atex.fmf.python.eval;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Python's operators. */
final class Operators {
    /** A limit for results: bits, characters or items. */
    private static final int MAX_SIZE = 1 << 20;

    private Operators() {}

    static @Nullable Object unary(String operator, @Nullable Object value) {
        if (operator.equals("not")) {
            return !Objects.isTrue(value);
        }
        if (value == null || !PyTypes.isNumber(value) || (operator.equals("~") && value instanceof Double)) {
            throw Objects.typeError("bad operand type for unary " + operator + ": '" + Objects.typeName(value) + "'");
        }
        return switch (operator) {
            case "-" -> value instanceof Double d ? (Object) (-d) : PyNumbers.subtract(0L, value);
            case "+" -> PyNumbers.add(0L, value);
            default -> PyNumbers.normalize(PyNumbers.toBigInteger(value).not());
        };
    }

    static @Nullable Object binary(String operator, @Nullable Object left, @Nullable Object right) {
        if (operator.equals("%") && left instanceof String) {
            throw new NotSupportedException("formatting with %");
        }
        if (left != null && right != null && PyTypes.isNumber(left) && PyTypes.isNumber(right)) {
            return number(operator, left, right);
        }
        return switch (operator) {
            case "+" -> plus(left, right);
            case "*" -> repeat(left, right);
            case "-", "&", "|", "^" -> {
                if (left instanceof Set<?> a && right instanceof Set<?> b) {
                    yield combine(operator, a, b);
                }
                if (left instanceof Map || left instanceof Objects.View || right instanceof Objects.View) {
                    throw new NotSupportedException(operator + " on a " + Objects.typeName(left));
                }
                throw unsupported(operator, left, right);
            }
            default -> throw unsupported(operator, left, right);
        };
    }

    private static PythonException unsupported(String operator, @Nullable Object left, @Nullable Object right) {
        String shown = operator.equals("**") ? "** or pow()" : operator;
        return Objects.typeError("unsupported operand type(s) for " + shown + ": '" + Objects.typeName(left) + "' and '"
                + Objects.typeName(right) + "'");
    }

    private static Object plus(@Nullable Object left, @Nullable Object right) {
        if (right instanceof Objects.View || right instanceof Objects.Generator || left instanceof Objects.View) {
            throw unsupported("+", left, right);
        }
        return PyOperators.add(left, right);
    }

    private static Object combine(String operator, Set<?> a, Set<?> b) {
        List<@Nullable Object> items = new ArrayList<>();
        for (Object item : a) {
            boolean both = PyOperators.contains(b, item);
            if (operator.equals("|") || both == operator.equals("&")) {
                items.add(item);
            }
        }
        if (operator.equals("|") || operator.equals("^")) {
            for (Object item : b) {
                if (!PyOperators.contains(a, item)) {
                    items.add(item);
                }
            }
        }
        return Objects.set(items);
    }

    private static Object repeat(@Nullable Object left, @Nullable Object right) {
        boolean countFirst = left instanceof Long || left instanceof Boolean || left instanceof BigInteger;
        Object count = countFirst ? left : right;
        Object sequence = countFirst ? right : left;
        boolean repeatable = sequence instanceof String || sequence instanceof List || sequence instanceof Tuple;
        if (!repeatable) {
            throw unsupported("*", left, right);
        }
        if (!(count instanceof Long || count instanceof Boolean || count instanceof BigInteger)) {
            throw Objects.typeError("can't multiply sequence by non-int of type '" + Objects.typeName(count) + "'");
        }
        BigInteger times = PyNumbers.toBigInteger(count).max(BigInteger.ZERO);
        long size = Objects.length(sequence);
        if (times.multiply(BigInteger.valueOf(size)).compareTo(BigInteger.valueOf(MAX_SIZE)) > 0) {
            throw new NotSupportedException("a value of more than " + MAX_SIZE + " items");
        }
        int n = size == 0 ? 0 : times.intValue();
        if (sequence instanceof String text) {
            return text.repeat(n);
        }
        List<?> items = sequence instanceof Tuple tuple ? tuple.items() : (List<?>) sequence;
        List<@Nullable Object> repeated = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            repeated.addAll(items);
        }
        return sequence instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    private static Object number(String operator, Object left, Object right) {
        boolean real = left instanceof Double || right instanceof Double;
        return switch (operator) {
            case "+" -> PyNumbers.add(left, right);
            case "-" -> PyNumbers.subtract(left, right);
            case "*" ->
                real
                        ? (Object) (PyNumbers.toDouble(left) * PyNumbers.toDouble(right))
                        : limited(PyNumbers.toBigInteger(left).multiply(PyNumbers.toBigInteger(right)));
            case "/" -> divide(left, right, real);
            case "//" -> real ? (Object) floorDivide(left, right) : floorDivideInts(left, right)[0];
            case "%" -> real ? (Object) modulo(left, right) : floorDivideInts(left, right)[1];
            case "**" -> power(left, right, real);
            case "@" -> throw unsupported(operator, left, right);
            default -> bits(operator, left, right);
        };
    }

    private static Object limited(BigInteger value) {
        if (value.bitLength() > MAX_SIZE) {
            throw new NotSupportedException("a number of more than " + MAX_SIZE + " bits");
        }
        return PyNumbers.normalize(value);
    }

    private static PythonException divisionByZero(String message) {
        return new PythonException("ZeroDivisionError", message);
    }

    private static Object divide(Object left, Object right, boolean real) {
        if (PyNumbers.compare(right, 0L) == 0) {
            throw divisionByZero(real ? "float division by zero" : "division by zero");
        }
        if (left instanceof BigInteger || right instanceof BigInteger) {
            if (!real) {
                return new BigDecimal(PyNumbers.toBigInteger(left))
                        .divide(new BigDecimal(PyNumbers.toBigInteger(right)), MathContext.DECIMAL128)
                        .doubleValue();
            }
        }
        return PyNumbers.toDouble(left) / PyNumbers.toDouble(right);
    }

    private static double floorDivide(Object left, Object right) {
        double divisor = PyNumbers.toDouble(right);
        if (divisor == 0) {
            throw divisionByZero("float floor division by zero");
        }
        double dividend = PyNumbers.toDouble(left);
        double rest = modulo(left, right);
        return Math.rint((dividend - rest) / divisor);
    }

    private static double modulo(Object left, Object right) {
        double divisor = PyNumbers.toDouble(right);
        if (divisor == 0) {
            throw divisionByZero("float modulo");
        }
        double rest = PyNumbers.toDouble(left) % divisor;
        return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
    }

    private static Object[] floorDivideInts(Object left, Object right) {
        BigInteger divisor = PyNumbers.toBigInteger(right);
        if (divisor.signum() == 0) {
            throw divisionByZero("integer division or modulo by zero");
        }
        BigInteger[] parts = PyNumbers.toBigInteger(left).divideAndRemainder(divisor);
        if (parts[1].signum() != 0 && parts[1].signum() != divisor.signum()) {
            parts[0] = parts[0].subtract(BigInteger.ONE);
            parts[1] = parts[1].add(divisor);
        }
        return new Object[] {PyNumbers.normalize(parts[0]), PyNumbers.normalize(parts[1])};
    }

    private static Object power(Object left, Object right, boolean real) {
        if (real || PyNumbers.compare(right, 0L) < 0) {
            double base = PyNumbers.toDouble(left);
            double exponent = PyNumbers.toDouble(right);
            if (base == 0 && exponent < 0) {
                throw divisionByZero("0.0 cannot be raised to a negative power");
            }
            if (base < 0 && exponent != Math.rint(exponent)) {
                throw new NotSupportedException("a complex number");
            }
            double result = Math.pow(base, exponent);
            if (Double.isInfinite(result) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
                throw new PythonException("OverflowError", "(34, 'Numerical result out of range')");
            }
            return result;
        }
        BigInteger base = PyNumbers.toBigInteger(left);
        BigInteger exponent = PyNumbers.toBigInteger(right);
        if (base.abs().bitLength() > 1
                && exponent.multiply(BigInteger.valueOf(base.abs().bitLength())).compareTo(BigInteger.valueOf(MAX_SIZE))
                        > 0) {
            throw new NotSupportedException("a number of more than " + MAX_SIZE + " bits");
        }
        if (base.abs().bitLength() <= 1) {
            boolean odd = exponent.testBit(0);
            return exponent.signum() == 0 ? 1L : base.signum() < 0 && !odd ? 1L : base.longValue();
        }
        return limited(base.pow(exponent.intValue()));
    }

    private static Object bits(String operator, Object left, Object right) {
        if (left instanceof Double || right instanceof Double) {
            throw unsupported(operator, left, right);
        }
        BigInteger a = PyNumbers.toBigInteger(left);
        BigInteger b = PyNumbers.toBigInteger(right);
        if (left instanceof Boolean x
                && right instanceof Boolean y
                && !operator.contains("<")
                && !operator.contains(">")) {
            return switch (operator) {
                case "&" -> x && y;
                case "|" -> x || y;
                default -> !x.equals(y);
            };
        }
        return switch (operator) {
            case "&" -> PyNumbers.normalize(a.and(b));
            case "|" -> PyNumbers.normalize(a.or(b));
            case "^" -> PyNumbers.normalize(a.xor(b));
            default -> {
                if (b.signum() < 0) {
                    throw new PythonException("ValueError", "negative shift count");
                }
                boolean small = b.bitLength() < 31;
                if (operator.equals(">>")) {
                    yield small
                            ? PyNumbers.normalize(a.shiftRight(b.intValue()))
                            : (Object) (a.signum() < 0 ? -1L : 0L);
                }
                if (a.signum() != 0 && (!small || a.bitLength() + (long) b.intValue() > MAX_SIZE)) {
                    throw new NotSupportedException("a number of more than " + MAX_SIZE + " bits");
                }
                yield a.signum() == 0 ? 0L : limited(a.shiftLeft(b.intValue()));
            }
        };
    }

    static boolean compare(String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "is" -> same(left, right);
            case "is not" -> !same(left, right);
            default -> ordered(operator, left, right);
        };
    }

    /** Compares values themselves; only in containers NaN equals itself. */
    private static boolean equal(@Nullable Object left, @Nullable Object right) {
        return (left instanceof Double a && right instanceof Double b)
                ? a.doubleValue() == b.doubleValue()
                : PyOperators.equal(left, right);
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        boolean singleton = left == null || right == null || left instanceof Boolean || right instanceof Boolean;
        if (!singleton) {
            throw new NotSupportedException("`is` between values other than None, True and False");
        }
        return (left == null || right == null)
                ? left == null && right == null
                : left instanceof Boolean && left.equals(right);
    }

    private static boolean contains(@Nullable Object container, @Nullable Object item) {
        return switch (container) {
            case String text -> {
                if (!(item instanceof String part)) {
                    throw Objects.typeError(
                            "'in <string>' requires string as left operand, not " + Objects.typeName(item));
                }
                yield text.contains(part);
            }
            case Map<?, ?> map -> {
                Objects.requireHashable(item);
                yield !PyOperators.MISSING.equals(PyOperators.findKey(map, item));
            }
            case Set<?> set -> {
                if (!(item instanceof Set)) {
                    Objects.requireHashable(item);
                }
                yield PyOperators.contains(set, item);
            }
            case List<?> list -> PyOperators.contains(list, item);
            case Tuple tuple -> PyOperators.contains(tuple.items(), item);
            case Objects.View view -> PyOperators.contains(view.items(), item);
            case Objects.Generator generator -> {
                while (generator.items().hasNext()) {
                    if (PyOperators.equal(generator.items().next(), item)) {
                        yield true;
                    }
                }
                yield false;
            }
            case byte[] bytes -> throw new NotSupportedException("`in` on bytes");
            case null, default ->
                throw Objects.typeError("argument of type '" + Objects.typeName(container) + "' is not iterable");
        };
    }

    private static boolean ordered(String operator, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Set<?> a && right instanceof Set<?> b) {
            return compareSets(operator, a, b);
        }
        int order = order(operator, left, right);
        if (order == UNORDERED) {
            return false;
        }
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static final int UNORDERED = 2;

    /** Returns a negative number, 0, 1, or {@link #UNORDERED} for NaN. */
    static int order(String operator, @Nullable Object left, @Nullable Object right) {
        if (left != null && right != null && PyTypes.isNumber(left) && PyTypes.isNumber(right)) {
            return PyNumbers.compare(left, right);
        }
        if (left instanceof String a && right instanceof String b) {
            return Integer.signum(PyText.compare(a, b));
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return orderItems(operator, a, b);
        }
        if (left instanceof Tuple(List<?> a) && right instanceof Tuple(List<?> b)) {
            return orderItems(operator, a, b);
        }
        if (left instanceof LocalDate a && right instanceof LocalDate b) {
            return Integer.signum(a.compareTo(b));
        }
        if (left instanceof LocalDateTime a && right instanceof LocalDateTime b) {
            return Integer.signum(a.compareTo(b));
        }
        if (left instanceof byte[] a && right instanceof byte[] b) {
            return Integer.signum(Arrays.compareUnsigned(a, b));
        }
        throw Objects.typeError("'" + operator + "' not supported between instances of '" + Objects.typeName(left)
                + "' and '" + Objects.typeName(right) + "'");
    }

    private static int orderItems(String operator, List<?> a, List<?> b) {
        Iterator<?> others = b.iterator();
        for (Object item : a) {
            if (!others.hasNext()) {
                return 1;
            }
            Object other = others.next();
            if (!PyOperators.equal(item, other)) {
                return order(operator, item, other);
            }
        }
        return others.hasNext() ? -1 : 0;
    }

    private static boolean compareSets(String operator, Set<?> a, Set<?> b) {
        boolean less = a.stream().allMatch(item -> PyOperators.contains(b, item));
        boolean more = b.stream().allMatch(item -> PyOperators.contains(a, item));
        return switch (operator) {
            case "<" -> less && !more;
            case "<=" -> less;
            case ">" -> more && !less;
            default -> more;
        };
    }

    static @Nullable Object item(@Nullable Object object, @Nullable Object index) {
        String type = switch (object) {
            case String s -> "string";
            case List<?> l -> "list";
            case Tuple t -> "tuple";
            case byte[] b -> throw new NotSupportedException("an item of bytes");
            case null, default ->
                throw Objects.typeError("'" + Objects.typeName(object) + "' object is not subscriptable");
        };
        if (!(index instanceof Long || index instanceof Boolean || index instanceof BigInteger)) {
            throw Objects.typeError(
                    object instanceof String
                            ? "string indices must be integers, not '" + Objects.typeName(index) + "'"
                            : type + " indices must be integers or slices, not " + Objects.typeName(index));
        }
        BigInteger wanted = PyNumbers.toBigInteger(index);
        BigInteger size = BigInteger.valueOf(Objects.length(object));
        BigInteger at = wanted.signum() < 0 ? wanted.add(size) : wanted;
        if (at.signum() < 0 || at.compareTo(size) >= 0) {
            throw new PythonException("IndexError", type + " index out of range");
        }
        return slots(object).get(at.intValue());
    }

    private static List<?> slots(@Nullable Object sequence) {
        return switch (sequence) {
            case List<?> list -> list;
            case Tuple tuple -> tuple.items();
            case null, default -> Objects.list(sequence);
        };
    }

    static Object slice(@Nullable Object object, @Nullable Object low, @Nullable Object high, @Nullable Object step) {
        if (object instanceof Map) {
            throw Objects.typeError("unhashable type: 'slice'");
        }
        if (!(object instanceof String || object instanceof List || object instanceof Tuple)) {
            throw Objects.typeError("'" + Objects.typeName(object) + "' object is not subscriptable");
        }
        List<?> items = slots(object);
        int size = items.size();
        int by = bound(step, 1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0);
        if (by == 0) {
            throw new PythonException("ValueError", "slice step cannot be zero");
        }
        int start = by > 0 ? bound(low, 0, 0, size, size) : bound(low, size - 1, -1, size - 1, size);
        int end = by > 0 ? bound(high, size, 0, size, size) : bound(high, -1, -1, size - 1, size);
        List<@Nullable Object> taken = new ArrayList<>();
        for (long i = start; by > 0 ? i < end : i > end; i += by) {
            taken.add(items.get((int) i));
        }
        if (object instanceof String) {
            StringBuilder text = new StringBuilder();
            taken.forEach(text::append);
            return text.toString();
        }
        return object instanceof Tuple ? new Tuple(taken) : taken;
    }

    /** Returns a bound of a slice, counting negative ones from the end; {@code missing} if it is None. */
    private static int bound(@Nullable Object value, int missing, int min, int max, int size) {
        if (value == null) {
            return missing;
        }
        if (!(value instanceof Long || value instanceof Boolean || value instanceof BigInteger)) {
            throw Objects.typeError("slice indices must be integers or None or have an __index__ method");
        }
        BigInteger wanted = PyNumbers.toBigInteger(value);
        if (wanted.signum() < 0) {
            wanted = wanted.add(BigInteger.valueOf(size));
        }
        return wanted.max(BigInteger.valueOf(min)).min(BigInteger.valueOf(max)).intValue();
    }
}
