package dev.atex.fmf;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.yaml.YamlReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies values. */
final class Values {
    private Values() {}

    /**
     * Copies mappings, and lists that contain some; values that never change in place are shared. An object that
     * occurs several times in the original does so in the copy, so use one copier for all values that belong
     * together.
     */
    static final class Copier {
        private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();
        private int size;

        /** Returns the number of copied values. */
        int size() {
            return size;
        }

        @Nullable
        Object copy(@Nullable Object value) {
            if (value instanceof Map<?, ?> map) {
                return copyMap(map);
            }
            return value instanceof List<?> list && holdsContainer(list) ? copyList(list) : value;
        }

        private Object copyMap(Map<?, ?> map) {
            Object known = copies.get(map);
            if (known != null) {
                return known;
            }
            Map<@Nullable Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
            copies.put(map, copy);
            size += map.size() + 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                copy.put(entry.getKey(), copy(entry.getValue()));
            }
            return copy;
        }

        private Object copyList(List<?> list) {
            Object known = copies.get(list);
            if (known != null) {
                return known;
            }
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            copies.put(list, copy);
            size += list.size() + 1;
            for (Object item : list) {
                copy.add(copy(item));
            }
            return copy;
        }

        private static boolean holdsContainer(List<?> list) {
            for (Object item : list) {
                if (item instanceof Map || item instanceof List) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Imports values of a caller: converts other number types and copies containers. */
    static final class Importer {
        private final IdentityHashMap<Object, Object> copies = new IdentityHashMap<>();
        private boolean shared;
        private int depth;

        /** Returns true if a mapping or list occurred in more than one place. */
        boolean shared() {
            return shared;
        }

        Map<@Nullable Object, @Nullable Object> importMap(Map<?, ?> map) throws LoadException {
            Map<@Nullable Object, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
            copies.put(map, copy);
            enter();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                copy.put(importScalar(entry.getKey()), importValue(entry.getValue()));
            }
            depth--;
            return copy;
        }

        private void enter() throws LoadException {
            if (++depth > YamlReader.MAX_DEPTH) {
                throw new LoadException(
                        LoadException.Kind.FORMAT, "Values are nested more than " + YamlReader.MAX_DEPTH + " deep.");
            }
        }

        private @Nullable Object importValue(@Nullable Object value) throws LoadException {
            if (!(value instanceof Map || value instanceof List || value instanceof Set)) {
                return importScalar(value);
            }
            Object known = copies.get(value);
            if (known != null) {
                shared = true;
                return known;
            }
            return switch (value) {
                case Map<?, ?> map -> importMap(map);
                case List<?> list -> {
                    List<@Nullable Object> copy = new ArrayList<>(list.size());
                    copies.put(list, copy);
                    enter();
                    for (Object item : list) {
                        copy.add(importValue(item));
                    }
                    depth--;
                    yield copy;
                }
                default -> {
                    Set<@Nullable Object> copy = new LinkedHashSet<>();
                    for (Object item : (Set<?>) value) {
                        copy.add(importScalar(item));
                    }
                    yield copy;
                }
            };
        }
    }

    /** Converts a scalar to the types that the package documents. */
    static @Nullable Object importScalar(@Nullable Object value) {
        return switch (value) {
            case BigInteger i -> PyOperators.integer(i);
            case Integer i -> PyOperators.integer(i);
            case Short s -> PyOperators.integer(s);
            case Byte b -> PyOperators.integer(b);
            case Float f -> (Object) f.doubleValue();
            case BigDecimal d -> d.doubleValue();
            case Enum<?> e -> e.toString();
            case null, default -> value;
        };
    }
}
