package dev.atex.executor.fmf.metadata;

import dev.atex.executor.fmf.shell.Variables;
import dev.atex.fmf.Yaml;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads values of metadata in all forms that users may write. Errors are {@link IllegalArgumentException}s. */
public final class Metadata {
    private Metadata() {}

    /** Reads a string, or a list of strings; absent is empty. */
    public static List<String> strings(String key, @Nullable Object value) {
        List<String> strings = new ArrayList<>();
        for (Object item : items(value)) {
            if (item instanceof Map || item instanceof List) {
                throw wrong(key, "a string or a list of strings", item);
            }
            strings.add(scalar(item));
        }
        return strings;
    }

    /** Reads a string, or nothing. */
    public static Optional<String> text(String key, @Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> throw wrong(key, "a string", value);
        };
    }

    /** Returns a single value, or the items of a list; absent is empty. */
    public static List<?> items(@Nullable Object value) {
        return switch (value) {
            case null -> List.of();
            case List<?> list -> list;
            default -> List.of(value);
        };
    }

    /** Reads a mapping of names to values, or a list of them. */
    public static Map<String, String> environment(@Nullable Object value) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Object item : items(value)) {
            if (!(item instanceof Map<?, ?> map)) {
                throw wrong("environment", "a mapping or a list of mappings", item);
            }
            map.forEach((name, text) -> {
                if (text instanceof Map || text instanceof List) {
                    throw wrong("environment: " + name, "a string", text);
                }
                variables.put(scalar(name), scalar(text));
            });
        }
        Variables.export(variables); // for its checks
        return Collections.unmodifiableMap(variables);
    }

    /** Reads true or false; absent is the default. */
    public static boolean flag(String key, @Nullable Object value, boolean otherwise) {
        return switch (value) {
            case null -> otherwise;
            case Boolean flag -> flag;
            default -> throw wrong(key, "true or false", value);
        };
    }

    /** Reads a whole number; absent is the default. */
    public static int integer(String key, @Nullable Object value, int otherwise) {
        return switch (value) {
            case null -> otherwise;
            case Integer number -> number;
            case Long number when number == number.intValue() -> number.intValue();
            case BigInteger number when number.bitLength() < Integer.SIZE -> number.intValue();
            default -> throw wrong(key, "a whole number", value);
        };
    }

    /** Returns the text of a scalar; null is empty. */
    public static String scalar(@Nullable Object value) {
        return value == null ? "" : Yaml.text(value);
    }

    public static IllegalArgumentException wrong(String key, String expected, @Nullable Object value) {
        return new IllegalArgumentException(unexpected(key, expected, value));
    }

    /** Returns the message about a value of the wrong type. */
    public static String unexpected(String key, String expected, @Nullable Object value) {
        String kind = switch (value) {
            case null -> "nothing";
            case Map<?, ?> _ -> "a mapping";
            case List<?> _ -> "a list";
            default -> "'" + value + "'";
        };
        return key + ": expected " + expected + ", not " + kind;
    }
}
