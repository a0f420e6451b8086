package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PythonException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;

/** Where the keys of a YAML document are. For error messages; reading values does without. */
public final class Positions {
    /** A place in the document, line and column counted from 1. */
    public record Position(int line, int column) {}

    private record Key(String text, Position position, Item value) {}

    /** A value: the keys of a mapping, the items of a sequence, or neither. */
    private static final class Item {
        private final List<Key> keys = new ArrayList<>(0);
        private final List<Item> items = new ArrayList<>(0);
        private final Position position;

        Item(Position position) {
            this.position = position;
        }
    }

    private final Source source;
    private final ParserImpl parser;
    private final Map<String, Item> anchors = new HashMap<>();
    private final Item root;

    private Positions(Source source) {
        this.source = source;
        LoadSettings settings = source.settings(true);
        parser = new ParserImpl(settings, source.reader(settings));
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) { // nothing but comments
            root = new Item(new Position(0, 0));
            return;
        }
        parser.next();
        root = item(parser.next(), 0);
    }

    /** The positions in {@code text}; absent when it is not valid YAML. */
    public static Optional<Positions> read(String text) {
        try {
            return Optional.of(new Positions(YamlReader.readPrepared(text).source()));
        } catch (YamlProblem | YamlEngineException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private Position position(Event event) {
        return event.getStartMark()
                .map(source::place)
                .map(place -> new Position(place.line(), place.column()))
                .orElse(new Position(0, 0));
    }

    private Item item(Event event, int depth) {
        if (depth > YamlReader.MAX_DEPTH) {
            throw new IllegalStateException("too deep");
        }
        Item made = new Item(position(event));
        if (event instanceof AliasEvent alias) {
            return anchors.getOrDefault(alias.getAlias().getValue(), made);
        }
        if (event instanceof NodeEvent node) {
            node.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), made));
        }
        switch (event.getEventId()) {
            case MappingStart -> {
                for (Event key = parser.next(); key.getEventId() != Event.ID.MappingEnd; key = parser.next()) {
                    Item keyItem = item(key, depth + 1);
                    Item value = item(parser.next(), depth + 1);
                    if (key instanceof ScalarEvent scalar) {
                        made.keys.add(new Key(scalar.getValue(), keyItem.position, value));
                    }
                }
            }
            case SequenceStart -> {
                for (Event next = parser.next(); next.getEventId() != Event.ID.SequenceEnd; next = parser.next()) {
                    made.items.add(item(next, depth + 1));
                }
            }
            case Scalar -> {}
            default -> throw new IllegalStateException("no value begins with " + event);
        }
        return made;
    }

    /**
     * The position of {@code key} in the node at {@code path}, whose components are child keys. A key followed by a NUL
     * and a number is the item of that number in its sequence.
     */
    public Optional<Position> find(List<String> path, String key) {
        int nul = key.indexOf('\0');
        String name = nul < 0 ? key : key.substring(0, nul);
        int index = nul < 0 ? -1 : Integer.parseInt(key.substring(nul + 1));
        return Optional.ofNullable(new Search(name, index).find(root, path));
    }

    /** Looks at each place once: aliases can make endlessly many ways to it. */
    private static final class Search {
        private final String key;
        private final int index;
        private final IdentityHashMap<Item, Set<Integer>> seen = new IdentityHashMap<>();

        Search(String key, int index) {
            this.key = key;
            this.index = index;
        }

        @Nullable
        Position find(Item item, List<String> path) {
            return seen.computeIfAbsent(item, _ -> new HashSet<>()).add(path.size()) ? look(item, path) : null;
        }

        private @Nullable Position look(Item item, List<String> path) {
            for (Key each : item.keys) {
                if (path.isEmpty() && (each.text.equals(key) || shown(each.text).equals(key))) {
                    return index >= 0 && index < each.value.items.size()
                            ? each.value.items.get(index).position
                            : index > 0 ? null : each.position;
                }
                int used = prefix(each.text, path);
                if (used > 0) {
                    Position found = find(each.value, path.subList(used, path.size()));
                    if (found != null) {
                        return found;
                    }
                }
                if (path.isEmpty()
                        && each.text.startsWith("/")
                        && key.startsWith("/")
                        && key.length() > 1
                        && each.text.endsWith(key)) {
                    return each.position;
                }
            }
            return null;
        }
    }

    /** A key that is no text, as messages have it: {@code None} for {@code ~}, {@code 16} for {@code 0x10}. */
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

    /** How many components of {@code path} a key such as {@code /a/b} stands for; 0 when it is not the way. */
    private static int prefix(String key, List<String> path) {
        if (!key.startsWith("/")) {
            return 0;
        }
        int used = 0;
        for (String component : key.split("/+")) {
            if (component.isEmpty()) {
                continue;
            }
            if (used == path.size() || !path.get(used).equals(component)) {
                return 0;
            }
            used++;
        }
        return used;
    }
}
