package dev.atex.executor.fmf.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Merges a result into a partial one that came before: null deletes a key, arrays are appended, objects are merged the
 * same way, anything else, and what has another type than before, replaces. Pure.
 */
final class ResultMerge {
    private ResultMerge() {}

    /** A new map: {@code old} with {@code update} merged into it, keys in the order in which they first came. */
    static Map<String, @Nullable Object> merge(
            Map<String, ? extends @Nullable Object> old, Map<String, ? extends @Nullable Object> update) {
        Map<String, @Nullable Object> merged = new LinkedHashMap<>(old);
        update.forEach((key, value) -> {
            if (value == null) {
                merged.remove(key);
            } else {
                merged.put(key, mergeValue(merged.get(key), value));
            }
        });
        return merged;
    }

    private static Object mergeValue(@Nullable Object old, Object update) {
        if (old instanceof Map<?, ?> oldMap && update instanceof Map<?, ?> newMap) {
            return merge(asObject(oldMap), asObject(newMap));
        }
        if (old instanceof List<?> oldList && update instanceof List<?> newList) {
            return append(oldList, newList);
        }
        return update;
    }

    private static List<@Nullable Object> append(List<?> old, List<?> more) {
        List<@Nullable Object> both = new ArrayList<>(old.size() + more.size());
        both.addAll(old);
        both.addAll(more);
        return both;
    }

    /** A JSON object: its keys are strings. */
    @SuppressWarnings("unchecked")
    static Map<String, @Nullable Object> asObject(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }
}
