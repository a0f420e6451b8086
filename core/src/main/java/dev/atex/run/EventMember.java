package dev.atex.run;

import dev.atex.internal.json.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes and reads a member of an event's object, or several members that form one value. Stateless.
 *
 * @param <T> the value in memory
 */
interface EventMember<T> {

    /** Appends a comma and the member; nothing if the value is one that is left out. */
    void write(T value, JsonBytes json);

    /**
     * Reads the member of an object.
     *
     * @throws IllegalArgumentException if it is missing or malformed; names the member
     */
    T read(EventObject from);

    /** Appends the member of an event. */
    interface Part<E> {
        void write(E event, JsonBytes json);
    }

    /** Returns this member with a getter for its value in an event. */
    default <E> Part<E> of(Function<? super E, ? extends T> getter) {
        return (event, json) -> write(getter.apply(event), json);
    }

    /** A member of one value. */
    abstract class Single<T> implements EventMember<T> {
        final String key;
        private final byte[] before;

        private Single(String key) {
            this.key = key;
            before = (",\"" + key + "\":").getBytes(StandardCharsets.US_ASCII);
        }

        /** Appends a comma and the key. */
        final JsonBytes begin(JsonBytes json) {
            return json.raw(before, 0, before.length);
        }
    }

    /** A member of one value. The most frequent members have classes of their own, which are faster than these functions. */
    private static <T> EventMember<T> member(String key, Writing<T> writing, Reading<T> reading) {
        return new Single<>(key) {
            @Override
            public void write(T value, JsonBytes json) {
                writing.write(value, begin(json));
            }

            @Override
            public T read(EventObject from) {
                return reading.read(from, key);
            }
        };
    }

    /** Appends a value. */
    interface Writing<T> {
        void write(T value, JsonBytes json);
    }

    /** Reads the value with this key. */
    interface Reading<T> {
        T read(EventObject from, String key);
    }

    /** Returns a member that is a string. */
    static EventMember<String> text(String key) {
        return new Single<>(key) {
            @Override
            public void write(String value, JsonBytes json) {
                begin(json).string(value);
            }

            @Override
            public String read(EventObject from) {
                return from.text(key);
            }
        };
    }

    /** Returns a member that is a string, or missing. */
    static EventMember<Optional<String>> optionalText(String key) {
        return text(key).orNothing(key);
    }

    /** Returns a member that is a time, or missing. */
    static EventMember<Optional<Duration>> optionalTime(String key) {
        return time(key).orNothing(key);
    }

    /** Returns a member that is a whole number. */
    static EventMember<Integer> number(String key) {
        return new Single<>(key) {
            @Override
            public void write(Integer value, JsonBytes json) {
                begin(json).number(value);
            }

            @Override
            public Integer read(EventObject from) {
                return from.number(key);
            }
        };
    }

    /** Returns a member that is true or false. */
    static EventMember<Boolean> flag(String key) {
        return new Single<>(key) {
            @Override
            public void write(Boolean value, JsonBytes json) {
                begin(json).raw(value ? "true" : "false");
            }

            @Override
            public Boolean read(EventObject from) {
                return from.flag(key);
            }
        };
    }

    /** Returns a member that is a time since the start of the run: seconds with six decimals. */
    static EventMember<Duration> time(String key) {
        return member(key, EventMember::seconds, EventObject::time);
    }

    /** Returns a member that is a duration: seconds with six decimals. */
    static void seconds(Duration time, JsonBytes json) {
        json.number(time.getSeconds()).raw('.').padded(time.getNano() / 1000, 6);
    }

    /** Returns a member that is a date and time, ISO 8601 in UTC. */
    static EventMember<Instant> date(String key) {
        return member(key, (value, json) -> json.string(value.toString()), EventObject::wallClock);
    }

    /** Returns a member that is an array of strings. */
    static EventMember<List<String>> texts(String key) {
        return member(key, (value, json) -> json.value(value), EventObject::texts);
    }

    /** Returns a member that is an object of strings. */
    static EventMember<Map<String, String>> textsByName(String key) {
        return member(key, (value, json) -> json.value(withWholeNames(value)), EventObject::textsByName);
    }

    /** Replaces half surrogate pairs in a name, which JSON readers refuse there; values keep them. */
    private static Map<String, String> withWholeNames(Map<String, String> texts) {
        Map<String, String> whole = new LinkedHashMap<>();
        texts.forEach((name, text) ->
                whole.put(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8), text));
        return whole;
    }

    /** Returns this member as an optional one, left out if there is no value. */
    private EventMember<Optional<T>> orNothing(String key) {
        EventMember<T> member = this;
        return new EventMember<>() {
            @Override
            public void write(Optional<T> value, JsonBytes json) {
                if (value.isPresent()) {
                    member.write(value.get(), json);
                }
            }

            @Override
            public Optional<T> read(EventObject from) {
                return from.isNull(key) ? Optional.empty() : Optional.of(member.read(from));
            }
        };
    }

    /** Returns this member, left out if it has the value {@code usual}, which is also the value of a missing one. */
    default EventMember<T> unless(T usual, String key) {
        EventMember<T> member = this;
        return new EventMember<>() {
            @Override
            public void write(T value, JsonBytes json) {
                if (!value.equals(usual)) {
                    member.write(value, json);
                }
            }

            @Override
            public T read(EventObject from) {
                return from.isNull(key) ? usual : member.read(from);
            }
        };
    }

    /** Returns this member with another type in memory. */
    default <U> EventMember<U> as(Function<T, U> read, Function<U, T> write) {
        EventMember<T> member = this;
        return new EventMember<>() {
            @Override
            public void write(U value, JsonBytes json) {
                member.write(write.apply(value), json);
            }

            @Override
            public U read(EventObject from) {
                return read.apply(member.read(from));
            }
        };
    }
}
