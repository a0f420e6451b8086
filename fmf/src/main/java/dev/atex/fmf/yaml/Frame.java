package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** A collection under construction. */
abstract class Frame {
    final Optional<Mark> start;
    final boolean flow;

    Frame(CollectionStartEvent event) {
        this.start = event.getStartMark();
        this.flow = event.isFlow();
    }

    abstract @Nullable Object container();

    abstract void accept(@Nullable Object value, Event event);

    boolean expectsKey() {
        return false;
    }

    boolean takesMergeKey() {
        return false;
    }

    @Nullable
    Object close(Event event) {
        return container();
    }

    static class SequenceFrame extends Frame {
        final List<@Nullable Object> items = new ArrayList<>(4);

        SequenceFrame(CollectionStartEvent event) {
            super(event);
        }

        @Override
        @Nullable
        Object container() {
            return items;
        }

        @Override
        void accept(@Nullable Object value, Event event) {
            items.add(value);
        }
    }

    /** {@code !!pairs}: every item is a mapping with one key. */
    static final class PairsFrame extends SequenceFrame {
        PairsFrame(CollectionStartEvent event) {
            super(event);
        }

        @Override
        void accept(@Nullable Object value, Event event) {
            items.add(new Tuple(onlyPair(value, event)));
        }
    }

    private static List<@Nullable Object> onlyPair(@Nullable Object value, Event event) {
        if (!(value instanceof Map<?, ?> map) || map.size() != 1) {
            throw new YamlFailure(
                    "ConstructorError",
                    "each item of a list of pairs must be a mapping with one key",
                    event.getStartMark());
        }
        Map.Entry<?, ?> entry = map.entrySet().iterator().next();
        List<@Nullable Object> pair = new ArrayList<>(2);
        pair.add(entry.getKey());
        pair.add(entry.getValue());
        return pair;
    }

    /** {@code !!omap}: an ordered mapping, written as a sequence of mappings with one key. */
    static final class OmapFrame extends Frame {
        private final Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();

        OmapFrame(CollectionStartEvent event) {
            super(event);
        }

        @Override
        Object container() {
            return map;
        }

        @Override
        void accept(@Nullable Object value, Event event) {
            List<@Nullable Object> pair = onlyPair(value, event);
            map.put(pair.get(0), pair.get(1));
        }
    }

    /** {@code !!set}: the keys of a mapping. */
    static final class SetFrame extends Frame {
        private final MappingKeys keys;
        private final Set<@Nullable Object> set = new LinkedHashSet<>();
        private final Set<@Nullable Object> known = new HashSet<>();
        private @Nullable Object key;
        private boolean haveKey;

        SetFrame(CollectionStartEvent event, MappingKeys keys) {
            super(event);
            this.keys = keys;
        }

        @Override
        Object container() {
            return set;
        }

        @Override
        boolean expectsKey() {
            return !haveKey;
        }

        @Override
        void accept(@Nullable Object value, Event event) {
            if (haveKey) {
                if (known.add(PyOperators.hashKey(key))) {
                    set.add(key);
                }
            } else {
                key = keys.hashable(value, start, event);
            }
            haveKey = !haveKey;
        }
    }
}
