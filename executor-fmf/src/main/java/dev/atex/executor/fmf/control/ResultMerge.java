package dev.atex.executor.fmf.control;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges a result into a partial one that came before: null deletes a key, arrays are appended, objects are merged the
 * same way, anything else, and what has another type than before, replaces.
 */
final class ResultMerge {
    private ResultMerge() {}

    /**
     * Merges {@code update} into {@code old}, which is changed: keys stay in the order in which they first came. Parts of
     * {@code update} may become parts of {@code old}.
     */
    static void mergeInto(Map<String, @Nullable Object> old, Map<String, @Nullable Object> update) {
        update.forEach((key, value) -> {
            Object before = old.get(key);
            if (value == null) {
                old.remove(key);
            } else if (before instanceof Map<?, ?> oldMap && value instanceof Map<?, ?> newMap) {
                mergeInto(asObject(oldMap), asObject(newMap));
            } else if (before instanceof List<?> oldList && value instanceof List<?> newList) {
                asArray(oldList).addAll(newList);
            } else {
                old.put(key, value);
            }
        });
    }

    /** A JSON object: its keys are strings. */
    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> asObject(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    @SuppressWarnings("unchecked")
    private static List<@Nullable Object> asArray(List<?> list) {
        return (List<@Nullable Object>) list;
    }
}
