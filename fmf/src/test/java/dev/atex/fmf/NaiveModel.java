package dev.atex.fmf;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The description of the format, implemented literally: a node copies everything it inherits, its own and a rule's
 * values are used as they are, and mappings change in place. Independent of the library.
 */
final class NaiveModel {
    private final Map<String, Map<Object, Object>> nodes = new LinkedHashMap<>();
    private boolean failed;

    NaiveModel(Map<String, Object> data) {
        inherit("/", data, Map.of());
    }

    Map<String, Map<Object, Object>> nodes() {
        return nodes;
    }

    /** Returns whether an operation was impossible: the library must have refused it then. */
    boolean failed() {
        return failed;
    }

    private void inherit(String name, Map<String, Object> raw, Map<Object, Object> parent) {
        Map<String, Object> own = new LinkedHashMap<>();
        Map<String, Map<String, Object>> children = new LinkedHashMap<>();
        raw.forEach((key, value) -> {
            if (key.startsWith("/")) {
                children.put(key.substring(1), Canonical.cast(value));
            } else {
                own.put(key, value);
            }
        });
        Map<Object, Object> data = Canonical.cast(copy(parent, new IdentityHashMap<>()));
        merge(data, own, List.of());
        nodes.put(name, data);
        children.forEach((key, child) -> inherit(name.equals("/") ? "/" + key : name + "/" + key, child, data));
    }

    /** Applies the rules of each node; supports two forms of conditions. */
    void adjust(String distro) {
        for (Map<Object, Object> data : nodes.values()) {
            Object rules = data.get("adjust");
            for (Object each : rules instanceof List<?> list ? new ArrayList<>(list) : List.of()) {
                Map<?, ?> rule = (Map<?, ?>) each;
                Object when = rule.get("when");
                boolean holds = when == null
                        || (when.equals("distro == fedora") && distro.equals("fedora"))
                        || when.equals("distro == rhel or arch is defined") && distro.equals("rhel");
                if (holds) {
                    merge(data, rule, List.of("when"));
                }
            }
        }
    }

    static @Nullable Object copy(@Nullable Object value, Map<Object, Object> known) {
        if (known.containsKey(value)) {
            return known.get(value);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            known.put(map, copy);
            map.forEach((key, item) -> copy.put(key, copy(item, known)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>();
            known.put(list, copy);
            list.forEach(item -> copy.add(copy(item, known)));
            return copy;
        }
        return value;
    }

    private void merge(Map<Object, Object> data, Map<?, ?> source, List<String> without) {
        int size = data.size();
        for (Map.Entry<?, ?> entry : new LinkedHashMap<>(source).entrySet()) {
            String key = (String) entry.getKey();
            if (data == source && data.size() != size) { // a mapping merged into itself
                failed = true;
                return;
            }
            if (without.contains(key)) {
                continue;
            }
            Object value = entry.getValue();
            if (key.endsWith("+") || key.endsWith("+<")) {
                plus(data, key.replaceAll("[+<]+$", ""), value, key.endsWith("<"));
            } else if (key.endsWith("-~")) {
                removeMatching(data, key.substring(0, key.length() - 2), value);
            } else if (key.endsWith("-")) {
                minus(data, key.substring(0, key.length() - 1), value);
            } else if (key.endsWith("~")) {
                substitute(data, key.substring(0, key.length() - 1));
            } else {
                data.put(key, value);
            }
        }
    }

    private void plus(Map<Object, Object> data, String key, Object value, boolean first) {
        Object present = data.get(key);
        if (!data.containsKey(key)) {
            data.put(key, value);
        } else if (present instanceof Map<?, ?> map && value instanceof Map<?, ?> given) {
            merge(Canonical.cast(map), given, List.of());
        } else if (present instanceof List<?> left && value instanceof List<?> right) {
            List<Object> joined = new ArrayList<>(first ? right : left);
            joined.addAll(first ? left : right);
            data.put(key, joined);
        } else if (present instanceof Long left && value instanceof Long right) {
            data.put(key, left + right);
        } else if (present instanceof String left && value instanceof String right) {
            data.put(key, first ? right + left : left + right);
        } else {
            failed = true;
        }
    }

    private void minus(Map<Object, Object> data, String key, Object value) {
        Object present = data.get(key);
        if (!data.containsKey(key)) {
            return;
        }
        if (present instanceof Long left && value instanceof Long right) {
            data.put(key, left - right);
        } else if (present instanceof List<?> left && value instanceof List<?> right) {
            List<Object> kept = new ArrayList<>(left);
            kept.removeIf(right::contains);
            data.put(key, kept);
        } else if (present instanceof Map<?, ?> map && value instanceof List<?> right) {
            right.forEach(map::remove);
        } else {
            failed = true;
        }
    }

    private void substitute(Map<Object, Object> data, String key) {
        Object present = data.get(key);
        if (present instanceof String text) {
            data.put(key, text.replace("a", "b")); // the distro that the trees use
        } else if (data.containsKey(key)) {
            failed = true;
        }
    }

    private void removeMatching(Map<Object, Object> data, String key, Object value) {
        List<?> patterns = value instanceof List<?> list ? list : List.of(value);
        Object present = data.get(key);
        if (!data.containsKey(key)) {
            return;
        }
        switch (present) {
            case Map<?, ?> map -> map.keySet().removeIf(each -> matches(patterns, each));
            case List<?> list -> {
                List<Object> kept = new ArrayList<>(list);
                kept.removeIf(each -> matches(patterns, each));
                data.put(key, kept);
            }
            case String text -> data.put(key, matches(patterns, text) ? "" : text);
            default -> failed = true;
        }
    }

    private static boolean matches(List<?> patterns, Object value) {
        return patterns.stream()
                .anyMatch(pattern -> Pattern.compile((String) pattern)
                        .matcher(String.valueOf(value))
                        .find());
    }
}
