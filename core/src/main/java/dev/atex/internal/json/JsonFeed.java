package dev.atex.internal.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.async.ByteArrayFeeder;

/**
 * Parses one JSON document that arrives in pieces, into the values of {@link Json}. The elements of a top-level list can be
 * read one by one, so that only one of them is in memory. Not thread-safe.
 */
public final class JsonFeed {
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final @Nullable Consumer<@Nullable Object> elements;
    private final Deque<Level> open = new ArrayDeque<>();
    private @Nullable Object root;
    private boolean isWhole;

    /** A list or an object that has started. */
    private static final class Level {
        private final @Nullable Map<String, @Nullable Object> map;
        private final @Nullable List<@Nullable Object> list;
        private String name = "";

        private Level(boolean isMap) {
            map = isMap ? new LinkedHashMap<>() : null;
            list = isMap ? null : new ArrayList<>();
        }

        private @Nullable Object value() {
            return map != null ? map : list;
        }
    }

    /** Creates a parser that keeps the whole document. */
    public JsonFeed() {
        this(null);
    }

    /**
     * Creates a parser that passes the elements of a top-level list on, instead of keeping them.
     *
     * @param elements called by {@link #feed} and {@link #end}; null to keep the elements
     */
    public JsonFeed(@Nullable Consumer<@Nullable Object> elements) {
        this.elements = elements;
        parser = Json.FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
        feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
    }

    /** Parses the next bytes. */
    public void feed(byte[] bytes, int offset, int length) throws JsonException {
        try {
            feeder.feedInput(bytes, offset, offset + length);
            read();
        } catch (JacksonException e) {
            throw JsonErrors.of(e);
        }
    }

    /** Returns whether there was only white space so far. */
    public boolean isBlank() {
        return open.isEmpty() && !isWhole;
    }

    /** Ends the document and returns it; a list without the elements that were passed on. */
    public @Nullable Object end() throws JsonException {
        try {
            feeder.endOfInput();
            read();
        } catch (JacksonException e) {
            throw JsonErrors.of(e);
        } finally {
            parser.close();
        }
        if (!isWhole) {
            throw new JsonException(open.isEmpty() ? "no JSON value, only white space" : "it ends in the middle", null);
        }
        return root;
    }

    private void read() throws JsonException {
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = parser.nextToken()) {
            switch (token) {
                case START_OBJECT -> open.push(new Level(true));
                case START_ARRAY -> open.push(new Level(false));
                case END_OBJECT, END_ARRAY -> put(open.pop().value());
                case PROPERTY_NAME -> open.element().name = parser.currentName();
                case VALUE_STRING -> put(parser.getString());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> put(new JsonNumber(parser.getString()));
                case VALUE_TRUE -> put(true);
                case VALUE_FALSE -> put(false);
                case VALUE_NULL -> put(null);
                case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new IllegalStateException("no document has " + token);
            }
        }
    }

    private void put(@Nullable Object value) throws JsonException {
        Level level = open.peek();
        if (level == null) {
            if (isWhole) {
                throw new JsonException("more than one JSON value", null);
            }
            root = value;
            isWhole = true;
        } else if (level.map != null) {
            level.map.put(level.name, value);
        } else if (elements != null && open.size() == 1) {
            elements.accept(value);
        } else if (level.list != null) {
            level.list.add(value);
        }
    }
}
