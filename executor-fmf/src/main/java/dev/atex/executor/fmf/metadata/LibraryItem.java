package dev.atex.executor.fmf.metadata;

import dev.atex.fmf.RepositoryCache;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An item of {@code require} or {@code recommend} that may name a library. */
public final class LibraryItem {
    /** {@code library(foo/bar)}. */
    public static final Pattern BY_NAME = Pattern.compile("library\\(([^/()\\s]+)(/[^()\\s]+)\\)");

    /** Text that needs no quotes in YAML. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/.][A-Za-z0-9_./:@+=~-]*[A-Za-z0-9_/]|[A-Za-z/]");

    private LibraryItem() {}

    /** Returns whether a mapping names a library, and not files. */
    public static boolean isLibrary(Map<?, ?> item) {
        Object type = item.get("type");
        return type == null || type.equals("library");
    }

    /** Returns whether an item of either form names a library. */
    public static boolean isLibrary(@Nullable Object item) {
        return item instanceof Map<?, ?> map
                ? isLibrary(map)
                : item instanceof String name && BY_NAME.matcher(name).matches();
    }

    /** Returns an item of either form for messages. */
    public static String shown(@Nullable Object item) {
        return item instanceof Map<?, ?> map ? shown(map) : String.valueOf(item);
    }

    /** Returns a mapping for messages, as YAML writes it. */
    public static String shown(Map<?, ?> item) {
        StringJoiner shown = new StringJoiner(", ", "{", "}");
        item.forEach((key, value) -> {
            if (key instanceof String name && !(value instanceof Map)) { // aliases make endless texts
                shown.add(name + ": " + (value instanceof List ? "[...]" : shownValue(name, value)));
            }
        });
        return shown.toString();
    }

    private static String shownValue(String key, @Nullable Object value) {
        String text = String.valueOf(value);
        if (key.equals("url") && value instanceof String) {
            text = RepositoryCache.shown(text);
        }
        return value instanceof String && !PLAIN.matcher(text).matches() ? "'" + text.replace("'", "''") + "'" : text;
    }
}
