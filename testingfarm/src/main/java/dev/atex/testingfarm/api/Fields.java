package dev.atex.testingfarm.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks into JSON that may lack anything. */
final class Fields {
    private Fields() {}

    /** What is there; a number among the names is an index. */
    static Optional<Object> at(@Nullable Object json, String... path) {
        Object value = json;
        for (String name : path) {
            value = switch (value) {
                case Map<?, ?> map -> map.get(name);
                case List<?> list -> {
                    int index = Integer.parseInt(name);
                    yield index < list.size() ? list.get(index) : null;
                }
                case null -> null;
                default -> null;
            };
        }
        return Optional.ofNullable(value);
    }

    /** A text, or a number as its text; empty if there is neither. */
    static Optional<String> text(@Nullable Object json, String... path) {
        return at(json, path)
                .filter(value -> !(value instanceof Map || value instanceof List))
                .map(Object::toString);
    }
}
