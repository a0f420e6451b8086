package dev.atex.executor.fmf.test;

import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.LibraryItem;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Place;
import dev.atex.fmf.Yaml;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks the keys of tests: finds errors, and keys without effect. */
public final class TestKeys {
    private static final int USUAL_ORDER = 50;

    private TestKeys() {}

    /** An error in the value of a key. */
    public record Mistake(String key, String text) {}

    @FunctionalInterface
    private interface Reading {
        /** Throws {@link IllegalArgumentException} for a mistake. */
        void of(@Nullable Object value);
    }

    private record Rule(String key, Reading reading) {}

    /** A key that is read from the metadata as a whole. */
    private static Rule ofAll(String key, Consumer<Map<String, @Nullable Object>> reading) {
        return new Rule(key, value -> reading.accept(Collections.singletonMap(key, value)));
    }

    private static final List<Rule> RULES = List.of(
            new Rule("test", TestKeys::script),
            new Rule("duration", TestKeys::duration),
            new Rule("environment", Metadata::environment),
            new Rule("tty", value -> Metadata.flag("tty", value, false)),
            new Rule("tag", value -> Metadata.strings("tag", value)),
            new Rule("component", value -> Metadata.strings("component", value)),
            new Rule("require", value -> packages("require", value)),
            new Rule("recommend", value -> packages("recommend", value)),
            new Rule("extra-priority", TestKeys::extraPriority),
            new Rule("enabled", TestKeys::enabled),
            new Rule("order", value -> Metadata.integer("order", value, USUAL_ORDER)),
            new Rule("path", value -> Metadata.text("path", value)),
            new Rule("framework", value -> word("framework", value, Set.of("shell", "beakerlib"))),
            ofAll("result", ResultRule::of),
            ofAll("check", Check::of),
            ofAll("restart-on-exit-code", Restarts::of),
            ofAll("restart-max-count", Restarts::of),
            ofAll("restart-with-reboot", Restarts::of));

    /** Returns the first error in the metadata of a test. */
    public static Optional<Mistake> mistake(Map<String, @Nullable Object> data) {
        for (Rule rule : RULES) {
            try {
                rule.reading.of(data.get(rule.key));
            } catch (IllegalArgumentException e) {
                return Optional.of(new Mistake(rule.key, String.valueOf(e.getMessage())));
            }
        }
        return Optional.empty();
    }

    private static void script(@Nullable Object value) {
        if (!(value instanceof String)) {
            throw Metadata.wrong("test", "a string, the script to run", value);
        }
    }

    /** Returns the time limit of a test. */
    public static Duration duration(@Nullable Object value) {
        return switch (value) {
            case null -> FmfTest.DEFAULT_DURATION;
            case Boolean _ -> throw Metadata.wrong("duration", "a duration", value);
            case Map<?, ?> _ -> throw Metadata.wrong("duration", "a duration", value);
            case List<?> _ -> throw Metadata.wrong("duration", "a duration", value);
            default -> TestDuration.parse(Metadata.scalar(value));
        };
    }

    private static void packages(String key, @Nullable Object value) {
        for (Object item : Metadata.items(value)) {
            if (!(item instanceof String) && !(item instanceof Map)) {
                throw Metadata.wrong(key, "names of packages", item);
            }
        }
    }

    private static void extraPriority(@Nullable Object value) {
        if (value != null && !(value instanceof Number)) {
            throw Metadata.wrong("extra-priority", "a number", value);
        }
    }

    /** A text is never what its writer means; other values are taken as Python takes them. */
    private static void enabled(@Nullable Object value) {
        if (value instanceof String) {
            throw Metadata.wrong("enabled", "true or false", value);
        }
    }

    private static void word(String key, @Nullable Object value, Set<String> words) {
        if (value != null && !(value instanceof String word && words.contains(word))) {
            throw Metadata.wrong(
                    key, "one of " + String.join(", ", words.stream().sorted().toList()), value);
        }
    }

    /**
     * Reports keys of a test that are unknown or have no effect.
     *
     * @param libraries whether libraries are looked at
     */
    public static void tell(Map<String, @Nullable Object> data, Findings findings, Place place, boolean libraries) {
        KnownKeys.check(data, KnownKeys.TEST_OR_PLAN, "a test", findings, key -> place.of(data.get(key), key));
        InnerKeys.ofTest(data, findings, place);
        if (data.get("test") instanceof String script && script.isBlank()) {
            findings.note("test", "a test's 'test' is empty: there is nothing to run", place.of(script, "test"));
        }
        if (data.get("path") instanceof String path && !path.startsWith("/")) {
            findings.note(
                    "path",
                    "a test's 'path' does not begin with '/': it is relative to the root of the tree",
                    place.of(path, "path"));
        }
        for (Object item : Metadata.items(data.get("check"))) {
            boolean off = item instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("enabled"));
            if (!off && "watchdog".equals(item instanceof Map<?, ?> map ? map.get("how") : item)) {
                findings.note(
                        "watchdog",
                        "a test's check 'watchdog' is not supported: its result is 'skip'",
                        place.of(item, "check"));
            }
        }
        if (Boolean.TRUE.equals(data.get("restart-with-reboot"))) {
            findings.note(
                    "restart-with-reboot",
                    "a test's 'restart-with-reboot' is done by 'reboot -f' where the machine cannot be switched off and on",
                    place.of(true, "restart-with-reboot"));
        }
        for (Object item : Metadata.items(data.get("require"))) {
            if (item instanceof Map<?, ?> map && map.get("destination") != null) {
                findings.note(
                        "destination",
                        "a library's 'destination' is ignored: it is copied to where rlImport looks",
                        place.of(item, "require"));
            }
        }
        for (Object item : Metadata.items(data.get("recommend"))) {
            if (LibraryItem.isLibrary(item) && (libraries || item instanceof Map)) {
                findings.refuse(
                        "library",
                        "recommend: a library can only be required, not " + LibraryItem.shown(item),
                        place.of(item, "recommend"));
            }
        }
    }

    /** Returns whether a test can be selected: it is enabled, and not manual. */
    public static boolean isRunnable(Map<String, @Nullable Object> data) {
        Object enabled = data.getOrDefault("enabled", true);
        // a text is a mistake, which is only seen if the test is there
        boolean isEnabled = enabled instanceof String text ? !text.isEmpty() : Yaml.isTrue(enabled);
        return isEnabled && !Yaml.isTrue(data.get("manual")) && !data.containsKey("story");
    }
}
