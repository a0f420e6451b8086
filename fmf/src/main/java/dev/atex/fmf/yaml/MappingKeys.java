package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** The keys of all mappings of a document, with limits on their cost. */
final class MappingKeys {
    /** A limit on the keys from merge keys in a document: aliases multiply them. */
    private static final int MAX_MERGED = 5_000_000;

    /** Keys whose collisions a hash table searches linearly (collisions can be constructed); it orders other keys. */
    private static final int MAX_UNORDERED_KEYS = 10_000;

    private final Source source;
    private int merged;
    private int unordered;

    MappingKeys(Source source) {
        this.source = source;
    }

    /** Puts a key that comes from a merge key, or that may equal such a key. */
    void putEqual(Map<@Nullable Object, @Nullable Object> to, @Nullable Object k, @Nullable Object value, Event event) {
        merged += k instanceof String || to.containsKey(k) ? 1 : 1 + to.size(); // the cost of looking it up
        if (merged > MAX_MERGED || merged < 0) {
            throw new YamlFailure(
                    "ConstructorError", "merge keys create more than " + MAX_MERGED + " keys", event.getStartMark());
        }
        Object known = PyOperators.findKey(to, k);
        to.put(PyOperators.MISSING.equals(known) ? k : known, value);
    }

    /** Returns the value as a key: a sequence becomes a tuple, other collections are errors. */
    @Nullable
    Object hashable(@Nullable Object key, Optional<Mark> start, Event event) {
        if (key instanceof String || key == null) {
            return key;
        }
        if ((key instanceof List || key instanceof Temporal) && ++unordered > MAX_UNORDERED_KEYS) {
            throw new YamlFailure(
                    "ConstructorError",
                    "more than " + MAX_UNORDERED_KEYS + " keys are sequences or times",
                    event.getStartMark());
        }
        if (key instanceof Map || key instanceof Set) {
            throw new YamlFailure(
                    "ConstructorError",
                    "a mapping cannot be a key, in the mapping" + source.shown(start),
                    event.getStartMark());
        }
        if (key instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof List || item instanceof Map || item instanceof Set) {
                    throw new PythonException("TypeError", "unhashable type: '" + PyTypes.name(item) + "'");
                }
            }
            return new Tuple(new ArrayList<>(list));
        }
        return key;
    }
}
