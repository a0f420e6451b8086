package dev.atex.fmf.python;

import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The Python types of values. */
public final class PyTypes {
    private PyTypes() {}

    /** Returns {@code type(value).__name__}. */
    public static String name(@Nullable Object value) {
        return switch (value) {
            case null -> "NoneType";
            case String s -> "str";
            case Boolean b -> "bool";
            case Long l -> "int";
            case BigInteger i -> "int";
            case Double d -> "float";
            case List<?> l -> "list";
            case Map<?, ?> m -> "dict";
            case Set<?> s -> "set";
            case Tuple t -> "tuple";
            case LocalDate d -> "date";
            case LocalDateTime d -> "datetime";
            case byte[] b -> "bytes";
            default -> value.getClass().getSimpleName();
        };
    }

    /** Returns the type's name as in error messages of the interpreter. */
    public static String qualifiedName(@Nullable Object value) {
        return value instanceof LocalDate || value instanceof LocalDateTime ? "datetime." + name(value) : name(value);
    }

    /** Returns true for bool, int and float, which can be combined in arithmetic. */
    public static boolean isNumber(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger;
    }

    /** Returns {@code bool(value)}. */
    public static boolean isTrue(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case String s -> !s.isEmpty();
            case Long l -> l != 0;
            case BigInteger i -> i.signum() != 0;
            case Double d -> d != 0;
            case List<?> l -> !l.isEmpty();
            case Map<?, ?> m -> !m.isEmpty();
            case Set<?> s -> !s.isEmpty();
            case Tuple t -> !t.items().isEmpty();
            case byte[] b -> b.length > 0;
            default -> true;
        };
    }
}
