package dev.atex.fmf.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Builds the value of a document from the parser's events, using an explicit stack: depth costs no Java stack. An
 * alias is the same object as its anchor. Also notes what the reference may read differently or refuse.
 */
final class Composer {
    private final Source source;
    private final StreamReader input;
    private final ParserImpl parser;

    /** The end of the text if it may be in the middle of a block; else -1. An offset of code points. */
    private final int end;

    private final Map<String, @Nullable Object> anchors = new HashMap<>();
    private final Map<String, String> strings = new HashMap<>();
    private boolean shared;
    private Optional<Mark> position = Optional.empty();

    /** The end of the last scalar, if it is a plain one. */
    private Optional<Mark> plainEnd = Optional.empty();

    /**
     * Set if the reference ends something elsewhere ({@code endsElsewhere}), or may refuse something ({@code
     * refused}).
     */
    private boolean endsElsewhere;

    private boolean refused;
    private @Nullable Boolean colonMayFollow;

    private final MappingKeys keys;
    private final List<Frame> frames = new ArrayList<>();

    Composer(boolean marks, Source source) {
        this.source = source;
        this.keys = new MappingKeys(source);
        String text = source.text();
        boolean block = source.endsInLine() && (text.indexOf('|') >= 0 || text.indexOf('>') >= 0);
        this.end = block ? text.codePointCount(0, text.length()) : -1;
        LoadSettings settings = source.settings(marks || block);
        this.input = source.reader(settings);
        this.parser = new ParserImpl(settings, input);
    }

    /** Returns whether the reference ends something elsewhere. */
    boolean endsElsewhere() {
        return endsElsewhere;
    }

    /** Returns whether the reference may refuse something. */
    boolean refused() {
        return refused;
    }

    /** Returns where the last value begins. */
    Optional<Mark> position() {
        return position;
    }

    /** Returns where the last scalar ends, if it is a plain one. */
    Optional<Mark> plainEnd() {
        return plainEnd;
    }

    /** Returns the parser's position in the text. */
    Optional<Mark> parserPosition() {
        return input.getMark();
    }

    /** Reads the document; returns null for an empty one. */
    YamlReader.Document document() {
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return new YamlReader.Document(null, false, List.of());
        }
        parser.next();
        Object value = node();
        parser.next();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            Event next = parser.next();
            throw new YamlFailure(
                    "ComposerError",
                    "a second document begins here; a metadata file has only one",
                    next.getStartMark());
        }
        return new YamlReader.Document(value, shared, List.of());
    }

    private @Nullable Object node() {
        while (true) {
            Event event = parser.next();
            position = event.getStartMark();
            Object value;
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> {
                    open((CollectionStartEvent) event);
                    continue;
                }
                case MappingEnd, SequenceEnd -> value = close(event);
                case Alias -> value = alias((AliasEvent) event);
                case Scalar -> value = scalar((ScalarEvent) event);
                default -> throw new IllegalStateException("unexpected " + event);
            }
            if (frames.isEmpty()) {
                return value;
            }
            top().accept(value, event);
        }
    }

    private Frame top() {
        return frames.getLast();
    }

    private void open(CollectionStartEvent event) {
        if (frames.size() == YamlReader.MAX_DEPTH) {
            throw new YamlFailure(
                    "ComposerError",
                    "values are nested more than " + YamlReader.MAX_DEPTH + " deep",
                    event.getStartMark());
        }
        boolean mapping = event.getEventId() == Event.ID.MappingStart;
        Frame frame = mapping ? mapping(event) : sequence(event);
        frames.add(frame);
        anchor(event, frame.container());
    }

    private Frame mapping(CollectionStartEvent event) {
        String tag = Tags.shorten(event.getTag());
        return switch (tag) {
            case "", "!", "map" -> new MappingFrame(event, source, keys);
            case "set" -> new Frame.SetFrame(event, keys);
            case "omap", "pairs", "seq" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for sequences, not for a mapping", event.getStartMark());
            case "str", "int", "float", "bool", "null", "binary", "timestamp" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for scalars, not for a mapping", event.getStartMark());
            default -> throw Tags.unknown(event.getTag().orElse(""), event);
        };
    }

    private Frame sequence(CollectionStartEvent event) {
        String tag = Tags.shorten(event.getTag());
        return switch (tag) {
            case "", "!", "seq" -> new Frame.SequenceFrame(event);
            case "omap" -> new Frame.OmapFrame(event);
            case "pairs" -> new Frame.PairsFrame(event);
            case "map", "set" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for mappings, not for a sequence", event.getStartMark());
            case "str", "int", "float", "bool", "null", "binary", "timestamp" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for scalars, not for a sequence", event.getStartMark());
            default -> throw Tags.unknown(event.getTag().orElse(""), event);
        };
    }

    private void anchor(NodeEvent event, @Nullable Object value) {
        Optional<Anchor> anchor = event.getAnchor();
        if (anchor.isPresent()) {
            String name = anchor.get().getValue();
            noteName(name);
            refused |= anchors.containsKey(name);
            anchors.put(name, value);
        }
    }

    private void noteName(String name) {
        endsElsewhere |= name.indexOf(':') >= 0 || name.indexOf('?') >= 0;
        refused |= !name.chars().allMatch(c -> Repairs.isOfName((char) c));
    }

    private @Nullable Object close(Event event) {
        return frames.removeLast().close(event);
    }

    private @Nullable Object alias(AliasEvent event) {
        String name = event.getAlias().getValue();
        noteName(name);
        Object value = anchors.get(name);
        if (value == null && !anchors.containsKey(name)) {
            throw new YamlFailure(
                    "ComposerError", "no anchor has the name of the alias '*" + name + "'", event.getStartMark());
        }
        shared |= value instanceof Map || value instanceof List || value instanceof Set;
        return value;
    }

    private @Nullable Object scalar(ScalarEvent event) {
        String text = event.getValue();
        if (event.isPlain()) {
            plainEnd = event.getEndMark();
            notePlain(text);
        } else {
            plainEnd = Optional.empty();
            if (end >= 0 && endsWithText(event, text)) {
                text = text.substring(0, text.length() - 1);
            }
        }
        Object value = construct(event, text);
        anchor(event, value);
        return value;
    }

    private void notePlain(String text) {
        if (!text.isEmpty() && !frames.isEmpty() && top().flow) {
            boolean question = text.indexOf('?') >= 0;
            endsElsewhere |= question && text.charAt(0) == '?';
            refused |= question || text.indexOf(':') >= 0 || colonMayFollow();
        }
    }

    /** Evaluated only for texts in brackets, which few files have. */
    private boolean colonMayFollow() {
        if (colonMayFollow == null) {
            colonMayFollow = Refusals.mayFollow(source.text());
        }
        return colonMayFollow;
    }

    /**
     * Returns whether a block reaches the end of a text whose last line has no line end, so that the block has none
     * either.
     */
    private boolean endsWithText(ScalarEvent event, String text) {
        boolean block = event.getScalarStyle() == ScalarStyle.LITERAL || event.getScalarStyle() == ScalarStyle.FOLDED;
        boolean last = event.getEndMark().map(Mark::getIndex).orElse(-1) == end;
        if (!block || !last || !text.endsWith("\n")) {
            return false;
        }
        String whole = source.text();
        String lastLine = whole.substring(whole.lastIndexOf('\n') + 1);
        if (!lastLine.isBlank()) {
            return true;
        }
        int start = event.getStartMark().map(Mark::getIndex).orElse(0);
        return lastLine.length() > LineSeparators.indentOf(whole.substring(whole.offsetByCodePoints(0, start)));
    }

    private boolean takesMergeKey() {
        return !frames.isEmpty() && top().takesMergeKey();
    }

    private boolean expectsKey() {
        return !frames.isEmpty() && top().expectsKey();
    }

    private @Nullable Object construct(ScalarEvent event, String text) {
        Optional<String> tag = event.getTag();
        boolean anyType = tag.isPresent()
                && tag.get().equals("!")
                && !(event.isPlain() && text.isEmpty()); // the reference treats such a text like a plain one
        if (tag.isEmpty() || anyType) {
            if (!event.isPlain() && !anyType) {
                return text;
            }
            return switch (Scalars.resolve(text)) {
                case STRING -> shortString(text);
                case NULL -> null;
                case BOOL -> text.charAt(0) == 't' || text.charAt(0) == 'T';
                case INT -> Scalars.parseInt(text);
                case FLOAT -> Scalars.parseFloat(text);
                case TIMESTAMP -> Scalars.parseTimestamp(text);
                case MERGE -> Tags.mergeKey(takesMergeKey(), event);
                case VALUE -> Tags.valueKey(expectsKey(), text, event);
            };
        }
        return Tags.construct(tag.get(), event, text, takesMergeKey(), expectsKey());
    }

    /** Returns the same object for equal short strings: keys and many values repeat. */
    private String shortString(String text) {
        if (text.length() > 24) {
            return text;
        }
        if (text.length() == 1 && text.charAt(0) == source.standIn()) {
            return "-";
        }
        String known = strings.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
