package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PythonException;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the positions of keys in a YAML document, for error messages. */
public final class Positions {
    /** A place in the document, line and column counted from 1. */
    public record Position(int line, int column) {
        private static Position of(Outline.Item item) {
            return new Position(item.line(), item.column());
        }

        private static Position of(Outline.Entry entry) {
            return new Position(entry.line(), entry.column());
        }
    }

    private final Outline.Item root;

    private Positions(Outline.Item root) {
        this.root = root;
    }

    /** Reads the document in {@code text}; absent when it has no value or is not valid YAML. */
    public static Optional<Positions> read(String text) {
        return Outline.read(text).map(Positions::new);
    }

    /**
     * Returns the position of {@code key} in the node at {@code path}, whose components are child keys. A key followed by a
     * NUL and a number is the item of that number in its sequence.
     */
    public Optional<Position> find(List<String> path, String key) {
        int nul = key.indexOf('\0');
        String name = nul < 0 ? key : key.substring(0, nul);
        int index = nul < 0 ? -1 : Integer.parseInt(key.substring(nul + 1));
        return Optional.ofNullable(new Search(name, index).find(root, path));
    }

    /** Looks at each place once: aliases can lead to it in endlessly many ways. */
    private static final class Search {
        private final String key;
        private final int index;
        private final IdentityHashMap<Outline.Item, Set<Integer>> seen = new IdentityHashMap<>();

        Search(String key, int index) {
            this.key = key;
            this.index = index;
        }

        @Nullable
        Position find(Outline.Item item, List<String> path) {
            return seen.computeIfAbsent(item, _ -> new HashSet<>()).add(path.size()) ? look(item, path) : null;
        }

        private @Nullable Position look(Outline.Item item, List<String> path) {
            for (Outline.Entry each : item.entries()) {
                if (path.isEmpty()
                        && (each.key().equals(key) || shown(each.key()).equals(key))) {
                    List<Outline.Item> items = each.value().items();
                    return index >= 0 && index < items.size()
                            ? Position.of(items.get(index))
                            : index > 0 ? null : Position.of(each);
                }
                int used = each.prefixOf(path);
                if (used > 0) {
                    Position found = find(each.value(), path.subList(used, path.size()));
                    if (found != null) {
                        return found;
                    }
                }
                if (path.isEmpty()
                        && each.key().startsWith("/")
                        && key.startsWith("/")
                        && key.length() > 1
                        && each.key().endsWith(key)) {
                    return Position.of(each);
                }
            }
            return null;
        }
    }

    /** Returns a key as messages show it: {@code None} for {@code ~}, {@code 16} for {@code 0x10}. */
    private static String shown(String text) {
        try {
            return switch (Scalars.resolve(text)) {
                case NULL -> PyRepr.str(null);
                case BOOL -> PyRepr.str(Scalars.parseBool(text));
                case INT -> PyRepr.str(Scalars.parseInt(text));
                case FLOAT -> PyRepr.str(Scalars.parseFloat(text));
                case TIMESTAMP -> PyRepr.str(Scalars.parseTimestamp(text));
                case STRING, MERGE, VALUE -> text;
            };
        } catch (PythonException e) {
            return text;
        }
    }
}
