package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * A mapping under construction. Merge keys come first, and its own keys override them; only a mapping with a merge
 * key may have duplicate keys.
 */
final class MappingFrame extends Frame {
    /** Represents {@code <<} until its value has been read. */
    enum Merge {
        KEY
    }

    private final Source source;
    private final MappingKeys keys;
    private final Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    private @Nullable Object key;
    private boolean haveKey;
    private Optional<Mark> keyMark = Optional.empty();
    private @Nullable Set<@Nullable Object> oddKeys;
    private @Nullable Map<@Nullable Object, @Nullable Object> merged;
    private @Nullable YamlFailure duplicate;

    MappingFrame(CollectionStartEvent event, Source source, MappingKeys keys) {
        super(event);
        this.source = source;
        this.keys = keys;
    }

    @Override
    Object container() {
        return map;
    }

    @Override
    boolean expectsKey() {
        return !haveKey;
    }

    @Override
    boolean takesMergeKey() {
        return !haveKey;
    }

    @Override
    void accept(@Nullable Object value, Event event) {
        if (!haveKey) {
            key = value == Merge.KEY ? value : keys.hashable(value, start, event);
            keyMark = event.getStartMark();
            haveKey = true;
            return;
        }
        haveKey = false;
        if (key == Merge.KEY) {
            merge(value, event);
        } else {
            put(key, value);
        }
    }

    private void put(@Nullable Object k, @Nullable Object value) {
        if (k instanceof String) {
            if (map.containsKey(k)) {
                noteDuplicate(k, map.get(k), value);
            }
            map.put(k, value);
            return;
        }
        if (oddKeys == null) {
            oddKeys = new HashSet<>();
        }
        if (oddKeys.add(PyOperators.hashKey(k))) {
            map.put(k, value);
        } else {
            Object known = PyOperators.findKey(map, k);
            noteDuplicate(k, map.get(known), value);
            map.put(known, value);
        }
    }

    private void noteDuplicate(@Nullable Object k, @Nullable Object old, @Nullable Object value) {
        if (duplicate == null) {
            duplicate = new YamlFailure(
                    "DuplicateKeyError",
                    "duplicate key '" + shown(k) + "' with value '" + shown(value) + "': the mapping"
                            + source.shown(start) + " already has it with value '" + shown(old) + "'",
                    keyMark);
        }
    }

    private static String shown(@Nullable Object value) {
        return value instanceof Map || value instanceof List || value instanceof Set
                ? PyTypes.name(value)
                : PyRepr.str(value);
    }

    private void merge(@Nullable Object value, Event event) {
        if (merged != null && !merged.isEmpty()) {
            throw new YamlFailure(
                    "DuplicateKeyError",
                    "the mapping" + source.shown(start) + " has more than one merge key '<<'",
                    keyMark);
        }
        Map<@Nullable Object, @Nullable Object> all = new LinkedHashMap<>();
        if (value instanceof Map || value instanceof Set) {
            mergeOne(value, all, event);
        } else if (value instanceof List<?> list) {
            for (Object item : list.reversed()) {
                if (!(item instanceof Map) && !(item instanceof Set)) {
                    throw notMapping("a list for a merge key may only contain mappings", event);
                }
                mergeOne(item, all, event);
            }
        } else {
            throw notMapping("the value of a merge key must be a mapping or a list of mappings", event);
        }
        merged = all;
    }

    private YamlFailure notMapping(String expected, Event event) {
        return new YamlFailure(
                "ConstructorError", expected + ", in the mapping" + source.shown(start), event.getStartMark());
    }

    private void mergeOne(Object value, Map<@Nullable Object, @Nullable Object> all, Event event) {
        if (value instanceof Set<?> set) {
            for (Object item : set) {
                keys.putEqual(all, item, null, event);
            }
        } else {
            ((Map<?, ?>) value).forEach((k, v) -> keys.putEqual(all, k, v, event));
        }
    }

    @Override
    @Nullable
    Object close(Event event) {
        if (merged != null && !merged.isEmpty()) {
            Map<@Nullable Object, @Nullable Object> own = new LinkedHashMap<>(map);
            map.clear();
            map.putAll(merged);
            own.forEach((k, v) -> keys.putEqual(map, k, v, event));
        } else if (duplicate != null) {
            throw duplicate;
        }
        return map;
    }
}
