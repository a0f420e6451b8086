package dev.atex.testingfarm.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads values from JSON in which everything may be missing. */
final class Fields {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ISO_DATE_TIME;
    /** The longest plausible duration. */
    private static final double MOST_SECONDS = 1e10;

    private Fields() {}

    /** Returns the value at a path; a number in the path is an index. */
    static Optional<Object> at(@Nullable Object json, String... path) {
        Object value = json;
        for (String name : path) {
            value = switch (value) {
                case Map<?, ?> map -> map.get(name);
                case List<?> list -> {
                    int index = name.matches("[0-9]{1,9}") ? Integer.parseInt(name) : Integer.MAX_VALUE;
                    yield index < list.size() ? list.get(index) : null;
                }
                case null -> null;
                default -> null;
            };
        }
        return Optional.ofNullable(value);
    }

    /** Returns a text, or a number as text; empty if there is neither. */
    static Optional<String> text(@Nullable Object json, String... path) {
        return at(json, path)
                .filter(value -> !(value instanceof Map || value instanceof List))
                .map(Object::toString);
    }

    /** Returns a number, or a text that is a number; empty if there is neither. */
    static Optional<Double> number(@Nullable Object json, String... path) {
        return text(json, path).flatMap(text -> {
            try {
                double value = Double.parseDouble(text);
                return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    /** Returns a duration in seconds; empty if there is none. */
    static Optional<Duration> seconds(@Nullable Object json, String... path) {
        return number(json, path)
                .filter(seconds -> seconds >= 0 && seconds < MOST_SECONDS)
                .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** Returns an instant in ISO 8601; UTC if it has no zone. */
    static Optional<Instant> time(@Nullable Object json, String... path) {
        return text(json, path).flatMap(text -> {
            try {
                return Optional.of(
                        switch (TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)) {
                            case OffsetDateTime time -> time.toInstant();
                            case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
                            case TemporalAccessor other -> Instant.from(other);
                        });
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }
}
