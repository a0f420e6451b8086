package dev.atex.fmf;

import dev.atex.fmf.python.PyRepr;
import dev.atex.fmf.python.PyText;
import dev.atex.fmf.python.PyTypes;
import dev.atex.fmf.python.PythonException;
import dev.atex.fmf.python.Tuple;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON that test vectors use for YAML values: one text per value, and back. */
final class Canonical {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Canonical() {}

    /** Casts a value to its known type. */
    @SuppressWarnings("unchecked")
    static <T> T cast(@Nullable Object value) {
        return (T) value;
    }

    /** Parses JSON to plain values. */
    static @Nullable Object parseJson(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            return read(parser, parser.nextToken());
        }
    }

    private static @Nullable Object read(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    map.put(key, read(parser, parser.nextToken()));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(read(parser, next));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> Values.importScalar(new BigInteger(parser.getString()));
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalArgumentException("unexpected " + token);
        };
    }

    /** Returns the value that plain JSON represents. */
    static @Nullable Object decode(@Nullable Object json) {
        if (json instanceof List<?> list) {
            List<Object> decoded = new ArrayList<>();
            list.forEach(item -> decoded.add(decode(item)));
            return decoded;
        }
        if (!(json instanceof Map<?, ?> map)) {
            return json;
        }
        if (map.size() == 1 && map.keySet().iterator().next().toString().startsWith("!")) {
            Map.Entry<?, ?> entry = map.entrySet().iterator().next();
            switch (entry.getKey().toString()) {
                case "!float" -> {
                    return switch ((String) entry.getValue()) {
                        case "inf" -> Double.POSITIVE_INFINITY;
                        case "-inf" -> Double.NEGATIVE_INFINITY;
                        case "nan" -> Double.NaN;
                        default -> Double.valueOf((String) entry.getValue());
                    };
                }
                case "!date" -> {
                    return LocalDate.parse((String) entry.getValue());
                }
                case "!datetime" -> {
                    return LocalDateTime.parse((String) entry.getValue());
                }
                case "!binary" -> {
                    return HexFormat.of().parseHex((String) entry.getValue());
                }
                case "!set" -> {
                    return new LinkedHashSet<>((List<?>) decode(entry.getValue()));
                }
                case "!tuple" -> {
                    return new Tuple(cast(decode(entry.getValue())));
                }
                default -> {}
            }
        }
        Map<Object, Object> decoded = new LinkedHashMap<>();
        map.forEach((key, value) -> decoded.put(decodeKey((String) key), decode(value)));
        return decoded;
    }

    private static @Nullable Object decodeKey(String key) {
        int colon = key.indexOf(':');
        return key.startsWith("!") && colon > 0 ? decode(parseJson(key.substring(colon + 1))) : key;
    }

    /** Returns the text of a value, with mappings sorted by key or in their own order. */
    static String encode(@Nullable Object value, boolean sorted) {
        StringBuilder out = new StringBuilder();
        try {
            append(out, value, sorted, true);
        } catch (StackOverflowError e) {
            // as in the recorded answers of the reference: a value that contains itself has no text
            throw new PythonException("RecursionError", "maximum recursion depth exceeded");
        }
        return out.toString();
    }

    /** Returns the text of JSON that contains encoded values. */
    static String encodeJson(@Nullable Object json) {
        StringBuilder out = new StringBuilder();
        append(out, json, true, false);
        return out.toString();
    }

    private static void append(StringBuilder out, @Nullable Object value, boolean sorted, boolean typed) {
        switch (value) {
            case null -> out.append("null");
            case String s -> quote(out, s);
            case Boolean b -> out.append(b);
            case Long l -> out.append(l);
            case BigInteger i -> out.append(i);
            case Double d -> wrap(out, "float", '"' + PyRepr.repr(d) + '"');
            case LocalDate d -> wrap(out, "date", '"' + PyRepr.isoFormat(d) + '"');
            case LocalDateTime d -> wrap(out, "datetime", '"' + PyRepr.isoFormat(d) + '"');
            case byte[] b -> wrap(out, "binary", '"' + HexFormat.of().formatHex(b) + '"');
            case List<?> list -> appendAll(out, list, sorted, typed);
            case Tuple tuple -> wrap(out, "tuple", list(tuple.items(), sorted, typed));
            case Set<?> set -> {
                List<String> items = new ArrayList<>();
                set.forEach(item -> items.add(encode(item, sorted)));
                items.sort(PyText::compare);
                wrap(out, "set", "[" + String.join(",", items) + "]");
            }
            case Map<?, ?> map -> appendMap(out, map, sorted, typed);
            default -> throw new IllegalArgumentException("no value: " + value.getClass());
        }
    }

    private static void wrap(StringBuilder out, String type, String json) {
        out.append("{\"!").append(type).append("\":").append(json).append('}');
    }

    private static String list(List<?> list, boolean sorted, boolean typed) {
        StringBuilder out = new StringBuilder();
        appendAll(out, list, sorted, typed);
        return out.toString();
    }

    private static void appendAll(StringBuilder out, List<?> list, boolean sorted, boolean typed) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            append(out, list.get(i), sorted, typed);
        }
        out.append(']');
    }

    private static void appendMap(StringBuilder out, Map<?, ?> map, boolean sorted, boolean typed) {
        Map<String, Object> keyed = new LinkedHashMap<>();
        map.forEach((key, value) ->
                keyed.put(key instanceof String s ? s : "!" + PyTypes.name(key) + ":" + encode(key, sorted), value));
        List<String> keys = new ArrayList<>(keyed.keySet());
        if (sorted) {
            keys.sort(PyText::compare);
        }
        out.append('{');
        for (int i = 0; i < keys.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            quote(out, keys.get(i));
            out.append(':');
            append(out, keyed.get(keys.get(i)), sorted, typed);
        }
        out.append('}');
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
