package dev.atex.fmf.yaml;

import dev.atex.fmf.python.PyOperators;
import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.common.SpecVersion;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.ScannerException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Builds values from the events of one YAML document, with an explicit stack: depth costs no Java stack.
 *
 * <p>An alias is the very object of its anchor. Merge keys come first in a mapping, and what the mapping itself says
 * overrides them; a mapping with a merge key may have duplicate keys, any other may not.
 */
public final class YamlReader {
    /** How deep values may nest; what works on them later does so by recursion. */
    public static final int MAX_DEPTH = 1000;

    /** How many keys merge keys may bring in all, in one document: aliases make much of little. */
    private static final int MAX_MERGED = 5_000_000;

    /** Hash tables look at all of those with the same hash, for which there are recipes; other keys they order. */
    private static final int MAX_UNORDERED_KEYS = 10_000;

    /** Every one costs parsing the document anew: the fewer, the longer it is. */
    private static final int MAX_REPAIRS = 100;

    private static final int MAX_PARSED_FOR_REPAIRS = 16 << 20;

    private static final String TAG = "tag:yaml.org,2002:";

    /** Six times as much memory is used while it is read. */
    private static final int MAX_LENGTH = 32 << 20;

    /**
     * The parser copies what it has of a long token for each buffer that it reads, which takes time by the square of the
     * token's length: so there is but one buffer, as long as the text.
     */
    static LoadSettings settings(boolean marks, String text) {
        return LoadSettings.builder()
                .setUseMarks(marks)
                .setBufferSize(text.length() + 2)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setVersionFunction(YamlReader::anyVersionOne)
                .build();
    }

    private static SpecVersion anyVersionOne(SpecVersion version) {
        if (version.getMajor() != 1) {
            throw new YamlVersionException(version);
        }
        return version;
    }

    /**
     * What a text holds.
     *
     * @param value its value
     * @param shared whether a mapping or sequence in it is used in more than one place
     * @param notices what the reference refuses in it, by place
     */
    public record Document(@Nullable Object value, boolean shared, List<YamlNotice> notices) {}

    private final Source source;
    private final StreamReader input;
    private final ParserImpl parser;

    /** Where the text ends, when that may be in the middle of a block; else -1. An offset of code points. */
    private final int end;

    private final Map<String, @Nullable Object> anchors = new HashMap<>();
    private final Map<String, String> strings = new HashMap<>();
    private boolean shared;
    private int mergedKeys;
    private int unorderedKeys;
    private Optional<Mark> position = Optional.empty();

    /** Where the scalar that was read last ends, if it is a plain one. */
    private Optional<Mark> plainEnd = Optional.empty();

    /** Whether something ends elsewhere for the reference, and whether something may be refused there. */
    private boolean endsElsewhere;

    private boolean refused;
    private @Nullable Boolean colonMayFollow;

    private final List<Frame> frames = new ArrayList<>();

    private YamlReader(boolean marks, Source source) {
        this.source = source;
        String text = source.text();
        boolean block = source.endsInLine() && (text.indexOf('|') >= 0 || text.indexOf('>') >= 0);
        this.end = block ? text.codePointCount(0, text.length()) : -1;
        LoadSettings settings = source.settings(marks || block);
        this.input = source.reader(settings);
        this.parser = new ParserImpl(settings, input);
    }

    /** Reads the one document of {@code text}; an empty one is null. */
    public static Document read(String text) throws YamlProblem {
        return readPrepared(text).document();
    }

    /** A document, and what the parser was given to read it. */
    record Prepared(Document document, Source source) {}

    static Prepared readPrepared(String text) throws YamlProblem {
        Source source = Source.of(text);
        if (source.text().length() > MAX_LENGTH) {
            throw new YamlProblem(
                    "ReaderError",
                    "the text has " + source.text().length() + " characters, and no more than " + MAX_LENGTH
                            + " are read",
                    0,
                    0);
        }
        if (!LineSeparators.areIn(source)) {
            return read(source);
        }
        try {
            return read(LineSeparators.resolved(source));
        } catch (YamlProblem e) {
            return readWithSeparators(source, e);
        }
    }

    /** A text that is wrong for the reference, because of what ends a line there. */
    private static Prepared readWithSeparators(Source source, YamlProblem problem) throws YamlProblem {
        Prepared read;
        try {
            read = read(source);
        } catch (YamlProblem e) {
            throw problem;
        }
        Source.Place place = LineSeparators.first(source);
        List<YamlNotice> notices = new ArrayList<>(read.document().notices());
        notices.add(new YamlNotice(
                place.line(),
                place.column(),
                "U+2028 and U+2029 end lines for the fmf command, which refuses this file: replace them"));
        notices.sort(null);
        Document document = read.document();
        return new Prepared(new Document(document.value(), document.shared(), notices), read.source());
    }

    private static Prepared read(Source source) throws YamlProblem {
        Source repaired = source;
        int repairs = Math.min(
                MAX_REPAIRS, MAX_PARSED_FOR_REPAIRS / Math.max(1, source.text().length()));
        for (int attempt = 0; ; attempt++) {
            YamlReader reader = new YamlReader(false, repaired);
            try {
                return reader.prepared(reader.document());
            } catch (ScannerException | ParserException e) {
                Optional<Source> more = attempt < repairs ? repaired(repaired) : Optional.empty();
                if (more.isEmpty()) {
                    throw locate(repaired);
                }
                repaired = more.get();
            } catch (Failure e) {
                Optional<Prepared> spaced = reader.endsElsewhere ? spaced(repaired) : Optional.empty();
                if (spaced.isEmpty()) {
                    throw locate(repaired);
                }
                return spaced.get();
            } catch (YamlEngineException | PythonException | NumberFormatException e) {
                throw locate(repaired);
            }
        }
    }

    private Prepared prepared(Document document) {
        Optional<Prepared> spaced = endsElsewhere ? spaced(source) : Optional.empty();
        return spaced.orElseGet(() -> withNotices(document));
    }

    private Prepared withNotices(Document document) {
        boolean look = refused || Refusals.mayBeIn(source.written());
        return new Prepared(
                look ? new Document(document.value(), document.shared(), Refusals.find(source)) : document, source);
    }

    /** As the reference reads it, if it does. */
    private static Optional<Prepared> spaced(Source source) {
        Optional<Source> spaced = Repairs.spaced(source);
        if (spaced.isEmpty()) {
            return Optional.empty();
        }
        YamlReader reader = new YamlReader(false, spaced.get());
        try {
            return Optional.of(reader.withNotices(reader.document()));
        } catch (YamlEngineException | Failure | PythonException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The same without what the parser stops at, if the reference does not stop there. */
    private static Optional<Source> repaired(Source source) {
        YamlReader reader = new YamlReader(true, source);
        try {
            reader.document();
            return Optional.empty();
        } catch (ScannerException | ParserException e) {
            Mark mark = e.getProblemMark().orElse(null);
            if (mark == null) {
                return Optional.empty();
            }
            String text = source.text();
            int plainEnd = reader.plainEnd
                    .map(each -> text.offsetByCodePoints(0, each.getIndex()))
                    .orElse(-1);
            return Repairs.at(source, text.offsetByCodePoints(0, mark.getIndex()), plainEnd);
        } catch (YamlEngineException | Failure | PythonException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Reads once more with positions, which cost a third of the time and are needed for messages only. */
    private static YamlProblem locate(Source source) {
        YamlReader reader = new YamlReader(true, source);
        try {
            reader.document();
            throw new IllegalStateException("a text that could not be read was read the second time");
        } catch (PythonException e) {
            Mark mark = reader.position.orElse(null);
            if (mark == null) {
                return YamlProblem.ofValue(e.type(), e.getMessage(), 0, 0);
            }
            Source.Place place = source.place(mark);
            return YamlProblem.ofValue(e.type(), e.getMessage(), place.line(), place.column());
        } catch (Failure e) {
            return e.problem(source);
        } catch (ReaderException e) {
            return readerProblem(e, source.text());
        } catch (YamlVersionException e) {
            return new YamlProblem("ParserError", "found incompatible YAML document", 1, 1);
        } catch (MarkedYamlEngineException e) {
            String kind = e instanceof ParserException ? "ParserError" : "ScannerError";
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            String context = e.getContext() == null ? "" : e.getContext() + source.shown(e.getContextMark()) + "\n";
            return problem(source, kind, context + e.getProblem(), mark);
        } catch (NumberFormatException e) {
            // of a hexadecimal escape: the parser does not look whether there are as many digits as there must be
            Mark mark = reader.input.getMark().orElse(null);
            return problem(source, "ScannerError", "found an escape sequence without enough hexadecimal digits", mark);
        } catch (YamlEngineException e) {
            return new YamlProblem("YAMLError", String.valueOf(e.getMessage()), 0, 0);
        }
    }

    private static YamlProblem readerProblem(ReaderException e, String text) {
        int offset = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
        String before = text.substring(0, offset);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.length() - (before.lastIndexOf('\n') + 1);
        return new YamlProblem(
                "ReaderError",
                "unacceptable character #x%04x: control characters are not allowed\n  in \"<unicode string>\", position %d"
                        .formatted(e.getCodePoint(), e.getPosition()),
                line,
                column);
    }

    private static YamlProblem problem(Source source, String kind, String message, @Nullable Mark mark) {
        if (mark == null) {
            return new YamlProblem(kind, message, 0, 0);
        }
        Source.Place place = source.place(mark);
        return new YamlProblem(kind, message + source.shown(Optional.of(mark)), place.line(), place.column());
    }

    /** A mistake found while values are built. */
    private static final class Failure extends RuntimeException {
        private final String kind;
        private final @Nullable Mark mark;

        Failure(String kind, String message, Optional<Mark> mark) {
            super(message, null, false, false);
            this.kind = kind;
            this.mark = mark.orElse(null);
        }

        YamlProblem problem(Source source) {
            return YamlReader.problem(source, kind, String.valueOf(getMessage()), mark);
        }
    }

    private Document document() {
        parser.next();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return new Document(null, false, List.of());
        }
        parser.next();
        Object value = node();
        parser.next();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            Event next = parser.next();
            throw new Failure(
                    "ComposerError",
                    "expected a single document in the stream\nbut found another document",
                    next.getStartMark());
        }
        return new Document(value, shared, List.of());
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
        if (frames.size() == MAX_DEPTH) {
            throw new Failure(
                    "ComposerError", "values are nested more than " + MAX_DEPTH + " deep", event.getStartMark());
        }
        boolean mapping = event.getEventId() == Event.ID.MappingStart;
        Frame frame = mapping ? mapping(event) : sequence(event);
        frames.add(frame);
        anchor(event, frame.container());
    }

    private Frame mapping(CollectionStartEvent event) {
        String tag = shortTag(event.getTag());
        return switch (tag) {
            case "", "!", "map" -> new MappingFrame(event, new LinkedHashMap<>());
            case "set" -> new SetFrame(event);
            case "omap", "pairs", "seq" ->
                throw new Failure("ConstructorError", "expected a sequence, but found mapping", event.getStartMark());
            case "str", "int", "float", "bool", "null", "binary", "timestamp" ->
                throw new Failure(
                        "ConstructorError", "expected a scalar node, but found mapping", event.getStartMark());
            default -> throw unknownTag(event.getTag().orElse(""), event);
        };
    }

    private Frame sequence(CollectionStartEvent event) {
        String tag = shortTag(event.getTag());
        return switch (tag) {
            case "", "!", "seq" -> new SequenceFrame(event);
            case "omap" -> new OmapFrame(event);
            case "pairs" -> new PairsFrame(event);
            case "map", "set" ->
                throw new Failure(
                        "ConstructorError", "expected a mapping node, but found sequence", event.getStartMark());
            case "str", "int", "float", "bool", "null", "binary", "timestamp" ->
                throw new Failure(
                        "ConstructorError", "expected a scalar node, but found sequence", event.getStartMark());
            default -> throw unknownTag(event.getTag().orElse(""), event);
        };
    }

    /** The tag without YAML's own prefix; empty for none, the whole tag for a foreign one. */
    private static String shortTag(Optional<String> tag) {
        if (tag.isEmpty()) {
            return "";
        }
        String full = tag.get();
        return full.startsWith(TAG) ? full.substring(TAG.length()) : full.equals("!") ? "!" : full + " ";
    }

    private static Failure unknownTag(String tag, Event event) {
        return new Failure(
                "ConstructorError",
                "could not determine a constructor for the tag '" + tag + "'",
                event.getStartMark());
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
            throw new Failure("ComposerError", "found undefined alias", event.getStartMark());
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

    /** Asked only where a text is in brackets: few files have one. */
    private boolean colonMayFollow() {
        if (colonMayFollow == null) {
            colonMayFollow = Refusals.mayFollow(source.text());
        }
        return colonMayFollow;
    }

    /** Whether a block goes to the end of a text whose last line has no end, so that the block has none either. */
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

    private @Nullable Object construct(ScalarEvent event, String text) {
        Optional<String> tag = event.getTag();
        boolean anyType = tag.isPresent()
                && tag.get().equals("!")
                && !(event.isPlain() && text.isEmpty()); // for the reference such a text is like a plain one
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
                case MERGE -> !frames.isEmpty() && top().takesMergeKey() ? Merge.KEY : unresolved("merge", event);
                case VALUE -> !frames.isEmpty() && top().expectsKey() ? text : unresolved("value", event);
            };
        }
        return switch (shortTag(tag)) {
            case "!", "str" -> text;
            case "null" -> null;
            case "int" -> Scalars.parseInt(text);
            case "float" -> Scalars.parseFloat(text);
            case "bool" -> Scalars.parseBool(text);
            case "binary" -> binary(text, event);
            case "timestamp" -> timestamp(text, event);
            case "merge" -> !frames.isEmpty() && top().takesMergeKey() ? Merge.KEY : unresolved("merge", event);
            case "value" -> !frames.isEmpty() && top().expectsKey() ? text : unresolved("value", event);
            case "map", "set" ->
                throw new Failure(
                        "ConstructorError", "expected a mapping node, but found scalar", event.getStartMark());
            case "seq", "omap", "pairs" ->
                throw new Failure(
                        "ConstructorError", "expected a sequence node, but found scalar", event.getStartMark());
            default -> throw unknownTag(tag.get(), event);
        };
    }

    /** Keys and many values are the same few words again and again. */
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

    private static Object unresolved(String type, ScalarEvent event) {
        throw unknownTag(TAG + type, event);
    }

    private static Object timestamp(String text, ScalarEvent event) {
        Object value = Scalars.parseTimestamp(text);
        if (value == null) {
            throw new Failure(
                    "ConstructorError", "failed to construct timestamp from \"" + text + "\"", event.getStartMark());
        }
        return value;
    }

    private static byte[] binary(String text, ScalarEvent event) {
        if (!text.chars().allMatch(c -> c < 0x80)) {
            throw new Failure("ConstructorError", "failed to convert base64 data into ascii", event.getStartMark());
        }
        try {
            return Binary.decode(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    "ConstructorError", "failed to decode base64 data: " + e.getMessage(), event.getStartMark());
        }
    }

    /** What stands for {@code <<} until its value is there. */
    private enum Merge {
        KEY
    }

    /** A collection that is being filled. */
    private abstract static class Frame {
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
    }

    private static class SequenceFrame extends Frame {
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

    /** {@code !!pairs}: every item is a mapping of one key. */
    private static final class PairsFrame extends SequenceFrame {
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
            throw new Failure(
                    "ConstructorError", "expected a mapping of length 1 in a list of pairs", event.getStartMark());
        }
        Map.Entry<?, ?> entry = map.entrySet().iterator().next();
        List<@Nullable Object> pair = new ArrayList<>(2);
        pair.add(entry.getKey());
        pair.add(entry.getValue());
        return pair;
    }

    /** {@code !!omap}: an ordered mapping, written as a sequence of mappings of one key. */
    private static final class OmapFrame extends Frame {
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

    private final class MappingFrame extends Frame {
        private final Map<@Nullable Object, @Nullable Object> map;
        private @Nullable Object key;
        private boolean haveKey;
        private Optional<Mark> keyMark = Optional.empty();
        private @Nullable Set<@Nullable Object> oddKeys;
        private @Nullable Map<@Nullable Object, @Nullable Object> merged;
        private @Nullable Failure duplicate;

        MappingFrame(CollectionStartEvent event, Map<@Nullable Object, @Nullable Object> map) {
            super(event);
            this.map = map;
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
                key = value == Merge.KEY ? value : hashable(value, start, event);
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
                duplicate = new Failure(
                        "DuplicateKeyError",
                        "while constructing a mapping" + source.shown(start) + "\nfound duplicate key \"" + shown(k)
                                + "\" with value \"" + shown(value) + "\" (original value: \"" + shown(old) + "\")",
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
                throw new Failure(
                        "DuplicateKeyError",
                        "while constructing a mapping" + source.shown(start) + "\nfound duplicate key \"<<\"",
                        keyMark);
            }
            Map<@Nullable Object, @Nullable Object> all = new LinkedHashMap<>();
            if (value instanceof Map || value instanceof Set) {
                mergeOne(value, all, event);
            } else if (value instanceof List<?> list) {
                for (Object item : list.reversed()) {
                    if (!(item instanceof Map) && !(item instanceof Set)) {
                        throw notMapping("expected a mapping for merging", event);
                    }
                    mergeOne(item, all, event);
                }
            } else {
                throw notMapping("expected a mapping or list of mappings for merging", event);
            }
            merged = all;
        }

        private Failure notMapping(String expected, Event event) {
            return new Failure(
                    "ConstructorError",
                    "while constructing a mapping" + source.shown(start) + "\n" + expected + ", but found scalar",
                    event.getStartMark());
        }

        private void mergeOne(Object value, Map<@Nullable Object, @Nullable Object> all, Event event) {
            if (value instanceof Set<?> set) {
                for (Object item : set) {
                    putEqual(all, item, null, event);
                }
            } else {
                ((Map<?, ?>) value).forEach((k, v) -> putEqual(all, k, v, event));
            }
        }

        private void putEqual(
                Map<@Nullable Object, @Nullable Object> to, @Nullable Object k, @Nullable Object value, Event event) {
            mergedKeys += k instanceof String || to.containsKey(k) ? 1 : 1 + to.size(); // what looking for it costs
            if (mergedKeys > MAX_MERGED || mergedKeys < 0) {
                throw new Failure(
                        "ConstructorError", "merge keys make more than " + MAX_MERGED + " keys", event.getStartMark());
            }
            Object known = PyOperators.findKey(to, k);
            to.put(PyOperators.MISSING.equals(known) ? k : known, value);
        }

        @Override
        @Nullable
        Object close(Event event) {
            if (merged != null && !merged.isEmpty()) {
                Map<@Nullable Object, @Nullable Object> own = new LinkedHashMap<>(map);
                map.clear();
                map.putAll(merged);
                own.forEach((k, v) -> putEqual(map, k, v, event));
            } else if (duplicate != null) {
                throw duplicate;
            }
            return map;
        }
    }

    /** {@code !!set}: the keys of a mapping. */
    private final class SetFrame extends Frame {
        private final Set<@Nullable Object> set = new LinkedHashSet<>();
        private final Set<@Nullable Object> known = new HashSet<>();
        private @Nullable Object key;
        private boolean haveKey;

        SetFrame(CollectionStartEvent event) {
            super(event);
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
                key = hashable(value, start, event);
            }
            haveKey = !haveKey;
        }
    }

    private @Nullable Object hashable(@Nullable Object key, Optional<Mark> start, Event event) {
        if (key instanceof String || key == null) {
            return key;
        }
        if ((key instanceof List || key instanceof Temporal) && ++unorderedKeys > MAX_UNORDERED_KEYS) {
            throw new Failure(
                    "ConstructorError",
                    "more than " + MAX_UNORDERED_KEYS + " keys are sequences or times",
                    event.getStartMark());
        }
        if (key instanceof Map || key instanceof Set) {
            throw new Failure(
                    "ConstructorError",
                    "while constructing a mapping" + source.shown(start) + "\nfound unhashable key",
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
