package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** What a YAML document is made of, with lines and columns. For telling where something is; reading values does without. */
public final class Outline {
    /** A key of a mapping with its value; line and column are those of the key, counted from 1. */
    public record Entry(String key, int line, int column, Item value) {}

    /** A value: a text, the entries of a mapping, or the items of a sequence. */
    public static final class Item {
        private final int line;
        private final int column;
        private final @Nullable String text;
        private final List<Entry> entries = new ArrayList<>(0);
        private final List<Item> items = new ArrayList<>(0);

        private Item(int line, int column, @Nullable String text) {
            this.line = line;
            this.column = column;
            this.text = text;
        }

        /** Where it begins, counted from 1. */
        public int line() {
            return line;
        }

        /** Where it begins, counted from 1. */
        public int column() {
            return column;
        }

        /** Of a scalar, as it is meant and not as it is quoted; null for others. */
        public @Nullable String text() {
            return text;
        }

        /** Of a mapping. */
        public List<Entry> entries() {
            return entries;
        }

        /** Of a sequence. */
        public List<Item> items() {
            return items;
        }
    }

    private final ParserImpl parser;
    private final Map<String, Item> anchors = new HashMap<>();

    private Outline(String text) {
        parser = new ParserImpl(
                YamlReader.settings(true, text), new StreamReader(YamlReader.settings(true, text), text));
        parser.next();
    }

    /** The value of the document in {@code text}; absent when it has none or is not valid YAML. */
    public static Optional<Item> read(String text) {
        try {
            Outline outline = new Outline(text.startsWith("\ufeff") ? text.substring(1) : text);
            if (outline.parser.checkEvent(Event.ID.StreamEnd)) {
                return Optional.empty();
            }
            outline.parser.next();
            return Optional.of(outline.item(outline.parser.next(), 0));
        } catch (YamlEngineException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private Item item(Event event, int depth) {
        if (depth > YamlReader.MAX_DEPTH) {
            throw new IllegalStateException("too deep");
        }
        Mark mark = event.getStartMark().orElse(null);
        Item made = new Item(
                mark == null ? 0 : mark.getLine() + 1,
                mark == null ? 0 : mark.getColumn() + 1,
                event instanceof ScalarEvent scalar ? scalar.getValue() : null);
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
                        made.entries.add(new Entry(keyItem.text, keyItem.line, keyItem.column, value));
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
