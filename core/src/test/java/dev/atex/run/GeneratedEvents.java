package dev.atex.run;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Events with random values in every component, made from the records themselves: a new kind of event needs nothing here. */
public final class GeneratedEvents {
    private static final String[] ALPHABET = {
        "a", "Z", "/", " ", "\"", "\\", "\n", "\u0000", "\u007f", "ü", "中", "\u2028", "\ud83d\ude00", "\ud800", "infra"
    };

    private final Random random;

    public GeneratedEvents(long seed) {
        random = new Random(seed);
    }

    /** Every kind of event that is written. */
    public static List<Class<? extends RunEvent>> kinds() {
        List<Class<? extends RunEvent>> kinds = new ArrayList<>();
        addKinds(RunEvent.class, kinds);
        kinds.remove(RunEvent.Unknown.class);
        return kinds;
    }

    private static void addKinds(Class<?> kind, List<Class<? extends RunEvent>> kinds) {
        if (kind.isSealed()) {
            Arrays.stream(kind.getPermittedSubclasses()).forEach(each -> addKinds(each, kinds));
        } else {
            kinds.add(kind.asSubclass(RunEvent.class));
        }
    }

    public <E extends RunEvent> E event(Class<E> kind) {
        return with(Map.of(), kind);
    }

    /** One with these components, by name. */
    public <E extends RunEvent> E with(Map<String, Object> given, Class<E> kind) {
        RecordComponent[] components = kind.getRecordComponents();
        Object[] values = new Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = given.getOrDefault(components[i].getName(), value(components[i].getGenericType()));
            types[i] = components[i].getType();
        }
        try {
            return kind.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(Arrays.toString(values), e);
        }
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type inner = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Optional.class) {
                return random.nextBoolean() ? Optional.empty() : Optional.of(value(inner));
            }
            if (generic.getRawType() == List.class) {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(value(inner));
                }
                return items;
            }
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put(text().replace('\ud800', '?'), value(generic.getActualTypeArguments()[1]));
            }
            return map;
        }
        if (type == String.class) {
            return text();
        }
        if (type == int.class) {
            return random.nextInt();
        }
        if (type == boolean.class) {
            return random.nextBoolean();
        }
        if (type == Duration.class) {
            return Duration.ofNanos(1_000L * random.nextInt(Integer.MAX_VALUE));
        }
        if (type == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(Integer.MAX_VALUE), random.nextInt(1_000_000_000));
        }
        if (type == Path.class) {
            return Path.of("/" + Integer.toString(random.nextInt(1_000), 36) + "/ü \"");
        }
        if (type == Limit.class) {
            return Limit.values()[random.nextInt(Limit.values().length)];
        }
        if (type == Commit.class) {
            return new Commit(text(), optional(random.nextBoolean() ? Path.of("/files/ü") : null));
        }
        if (type == OwnResult.class) {
            return new OwnResult(optionalText(), optionalText(), optionalText());
        }
        if (type == FailedSubtests.class) {
            return subtests();
        }
        if (type == RunNote.class) {
            return new RunNote(text(), text(), text(), random.nextInt(), optionalText());
        }
        if (type == Ending.class) {
            return ending();
        }
        throw new AssertionError("a component of a new type, which needs a value here: " + type);
    }

    private FailedSubtests subtests() {
        int counted = random.nextInt(3);
        int ignored = random.nextInt(3);
        return counted + ignored == 0 ? FailedSubtests.NONE : new FailedSubtests(counted, ignored, optionalText());
    }

    private Ending ending() {
        FailureClass failure = FailureClass.values()[random.nextInt(FailureClass.values().length)];
        return new Ending(
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(256)),
                failure == FailureClass.TEST ? Optional.empty() : Optional.of(failure),
                optionalText(),
                optionalText(),
                optionalText(),
                subtests());
    }

    private Optional<String> optionalText() {
        return random.nextBoolean() ? Optional.empty() : Optional.of(text());
    }

    private static <T> Optional<T> optional(@org.jspecify.annotations.Nullable T value) {
        return Optional.ofNullable(value);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }
}
