package dev.atex.internal.json;

import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads and writes JSON as plain values: {@link Map} (ordered), {@link List}, {@link String}, {@link JsonNumber},
 * {@link Boolean} and {@code null}. Of duplicate keys the last wins; NaN and Infinity are refused. Thread-safe.
 */
public final class Json {
    /** Shared by the program: the factory is thread-safe and pools its buffers. */
    public static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Parses one document; fails if anything but white space follows. */
    public static @Nullable Object parse(byte[] utf8) throws JsonException {
        return parse(utf8, 0, utf8.length);
    }

    /** Parses the document in a part of an array; fails if anything but white space follows. */
    public static @Nullable Object parse(byte[] utf8, int offset, int length) throws JsonException {
        return parse(FACTORY, utf8, offset, length);
    }

    /** Parses the document in a part of an array, with the limits of the given factory. */
    public static @Nullable Object parse(JsonFactory factory, byte[] utf8, int offset, int length)
            throws JsonException {
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), utf8, offset, length)) {
            return parseWhole(parser);
        } catch (JacksonException e) {
            throw JsonErrors.of(e);
        }
    }

    /** Parses one document; fails if anything but white space follows. */
    public static @Nullable Object parse(String text) throws JsonException {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            return parseWhole(parser);
        } catch (JacksonException e) {
            throw JsonErrors.of(e);
        }
    }

    private static @Nullable Object parseWhole(JsonParser parser) throws JsonException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new JsonException("no JSON value, only white space", null);
        }
        Object value = read(parser, first);
        if (parser.nextToken() != null) {
            throw new JsonException("more than one JSON value", null);
        }
        return value;
    }

    /** Reads the value that starts with the token {@code first}, up to its last token. */
    private static @Nullable Object read(JsonParser parser, JsonToken first) throws JsonException {
        return switch (first) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    map.put(key, read(parser, parser.nextToken()));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                    list.add(read(parser, token));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value begins with " + first);
        };
    }

    /** Writes a value without white space. Half a surrogate pair becomes an escape, so that UTF-8 can encode the text. */
    public static String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        write(value, text);
        return halvesEscaped(text.toString());
    }

    private static String halvesEscaped(String json) {
        if (json.codePoints().noneMatch(Json::isHalf)) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.length() + 16);
        json.codePoints().forEach(point -> {
            if (isHalf(point)) {
                escaped.append("\\u").append(Integer.toHexString(point));
            } else {
                escaped.appendCodePoint(point);
            }
        });
        return escaped.toString();
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    /** Writes a value without white space. */
    public static void write(@Nullable Object value, Writer to) {
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), to)) {
            write(value, generator);
        }
    }

    /** Writes a value to a generator. */
    public static void write(@Nullable Object value, JsonGenerator generator) {
        switch (value) {
            case null -> generator.writeNull();
            case String s -> generator.writeString(s);
            case JsonNumber n -> generator.writeNumber(n.text());
            case Boolean b -> generator.writeBoolean(b);
            case Integer i -> generator.writeNumber(i);
            case Long l -> generator.writeNumber(l);
            case Map<?, ?> map -> {
                generator.writeStartObject();
                map.forEach((key, item) -> {
                    generator.writeName((String) key);
                    write(item, generator);
                });
                generator.writeEndObject();
            }
            case Iterable<?> items -> {
                generator.writeStartArray();
                items.forEach(item -> write(item, generator));
                generator.writeEndArray();
            }
            default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
        }
    }
}
