package dev.atex.run;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import dev.atex.internal.json.LineReader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The object in one line of an event log. Methods throw {@link IllegalArgumentException} with the key if a value is malformed. */
final class EventObject {
    private static final Duration LONGEST_RUN = Duration.ofDays(36_500);
    private static final Instant LAST_YEAR = Instant.parse("9800-01-01T00:00:00Z");

    private final Map<?, ?> members;

    private EventObject(Map<?, ?> members) {
        this.members = members;
    }

    /** The line that was read last. */
    static EventObject of(LineReader line) throws JsonException {
        if (Json.parse(line.buffer(), line.offset(), line.length()) instanceof Map<?, ?> members) {
            return new EventObject(members);
        }
        throw new IllegalArgumentException("not an object");
    }

    boolean has(String key) {
        return members.containsKey(key);
    }

    /** Returns whether a member is missing or null. */
    boolean isNull(String key) {
        return members.get(key) == null;
    }

    /** Returns the time of the event. */
    Duration at() {
        return time("at");
    }

    String text(String key) {
        return optional(key).orElseThrow(() -> new IllegalArgumentException("'" + key + "' is missing"));
    }

    Optional<String> optional(String key) {
        Object value = members.get(key);
        return value == null ? Optional.empty() : Optional.of(text(key, value));
    }

    private static String text(String key, @Nullable Object value) {
        if (value instanceof String string) {
            return string;
        }
        throw new IllegalArgumentException("'" + key + "' is not a string");
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        array(key).forEach(item -> texts.add(text(key, item)));
        return texts;
    }

    List<EventObject> objects(String key) {
        List<EventObject> objects = new ArrayList<>();
        for (Object item : array(key)) {
            if (!(item instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("'" + key + "' has something that is not an object");
            }
            objects.add(new EventObject(map));
        }
        return objects;
    }

    private List<?> array(String key) {
        if (members.get(key) instanceof List<?> items) {
            return items;
        }
        throw new IllegalArgumentException("'" + key + "' is not an array");
    }

    Map<String, String> textsByName(String key) {
        if (!(members.get(key) instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("'" + key + "' is not an object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((name, value) -> texts.put(String.valueOf(name), text(key, value)));
        return texts;
    }

    int number(String key) {
        try {
            return decimal(key).intValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("'" + key + "' is not a whole number", e);
        }
    }

    private BigDecimal decimal(String key) {
        if (members.get(key) instanceof JsonNumber number) {
            return new BigDecimal(number.text());
        }
        throw new IllegalArgumentException("'" + key + "' is not a number");
    }

    boolean flag(String key) {
        if (members.get(key) instanceof Boolean value) {
            return value;
        }
        throw new IllegalArgumentException("'" + key + "' is not true or false");
    }

    /** Sums of such times do not overflow. */
    Duration time(String key) {
        Duration time = Duration.ofNanos(decimal(key).movePointRight(9).longValue());
        if (time.isNegative() || time.compareTo(LONGEST_RUN) > 0) {
            throw new IllegalArgumentException("'" + key + "' is not a time in a run");
        }
        return time;
    }

    /** Sums with it do not overflow. */
    Instant wallClock(String key) {
        Instant time = Instant.parse(text(key));
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST_YEAR)) {
            throw new IllegalArgumentException("'" + key + "' is not a plausible date");
        }
        return time;
    }
}
