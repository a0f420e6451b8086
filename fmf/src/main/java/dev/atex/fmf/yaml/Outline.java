package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;

/** The keys and values of a YAML document with their lines and columns, for messages. */
public final class Outline {
    /** A key of a mapping with its value; line and column are those of the key, counted from 1. */
    public record Entry(String key, int line, int column, Item value) {
        /**
         * Returns how many components of the path to a child node a key such as {@code /a/b} stands for; 0 if the path does
         * not begin with them.
         */
        public int prefixOf(List<String> path) {
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

    /** A value: a scalar, the entries of a mapping, or the items of a sequence. */
    public static final class Item {
        private final Source.Place place;
        private final @Nullable String text;
        private final List<Entry> entries = new ArrayList<>(0);
        private final List<Item> items = new ArrayList<>(0);

        private Item(Source.Place place, @Nullable String text) {
            this.place = place;
            this.text = text;
        }

        /** Returns the line where it begins, counted from 1. */
        public int line() {
            return place.line();
        }

        /** Returns the column where it begins, counted from 1. */
        public int column() {
            return place.column();
        }

        /** Returns the text of a scalar without its quotes; null for other values. */
        public @Nullable String text() {
            return text;
        }

        /** Returns the entries of a mapping; empty for other values. */
        public List<Entry> entries() {
            return entries;
        }

        /** Returns the items of a sequence; empty for other values. */
        public List<Item> items() {
            return items;
        }
    }

    private final Source source;
    private final ParserImpl parser;
    private final Map<String, Item> anchors = new HashMap<>();

    private Outline(Source source) {
        this.source = source;
        LoadSettings settings = source.settings(true);
        parser = new ParserImpl(settings, source.reader(settings));
        parser.next();
    }

    /** Reads the document in {@code text}; absent when it has no value or is not valid YAML. */
    public static Optional<Item> read(String text) {
        try {
            Outline outline = new Outline(YamlReader.readPrepared(text).source());
            if (outline.parser.checkEvent(Event.ID.StreamEnd)) { // nothing but comments
                return Optional.empty();
            }
            outline.parser.next();
            return Optional.of(outline.item(outline.parser.next(), 0));
        } catch (YamlProblem | YamlEngineException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private Source.Place place(Event event) {
        return event.getStartMark().map(source::place).orElse(new Source.Place(0, 0));
    }

    private Item item(Event event, int depth) {
        if (depth > YamlReader.MAX_DEPTH) {
            throw new IllegalStateException("too deep");
        }
        Item made = new Item(place(event), event instanceof ScalarEvent scalar ? scalar.getValue() : null);
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
                    if (keyItem.text != null) {
                        Source.Place place = place(key);
                        made.entries.add(new Entry(keyItem.text, place.line(), place.column(), value));
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
}
