package dev.atex.fmf.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** The tags of YAML 1.1, and the values of tagged scalars. */
final class Tags {
    private static final String PREFIX = "tag:yaml.org,2002:";

    private Tags() {}

    /** Returns the tag without YAML's own prefix; empty for no tag, the whole tag for a foreign one. */
    static String shorten(Optional<String> tag) {
        if (tag.isEmpty()) {
            return "";
        }
        String full = tag.get();
        return full.startsWith(PREFIX) ? full.substring(PREFIX.length()) : full.equals("!") ? "!" : full + " ";
    }

    static YamlFailure unknown(String tag, Event event) {
        return new YamlFailure("ConstructorError", "unknown tag '" + tag + "'", event.getStartMark());
    }

    /**
     * Returns the value of a scalar with a tag.
     *
     * @param merges whether a merge key may stand here
     * @param names whether a key may stand here
     */
    static @Nullable Object construct(String tag, ScalarEvent event, String text, boolean merges, boolean names) {
        return switch (shorten(Optional.of(tag))) {
            case "!", "str" -> text;
            case "null" -> null;
            case "int" -> Scalars.parseInt(text);
            case "float" -> Scalars.parseFloat(text);
            case "bool" -> Scalars.parseBool(text);
            case "binary" -> binary(text, event);
            case "timestamp" -> timestamp(text, event);
            case "merge" -> mergeKey(merges, event);
            case "value" -> valueKey(names, text, event);
            case "map", "set" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for mappings, not for a scalar", event.getStartMark());
            case "seq", "omap", "pairs" ->
                throw new YamlFailure(
                        "ConstructorError", "this tag is for sequences, not for a scalar", event.getStartMark());
            default -> throw unknown(tag, event);
        };
    }

    static Object mergeKey(boolean allowed, ScalarEvent event) {
        if (!allowed) {
            throw unknown(PREFIX + "merge", event);
        }
        return MappingFrame.Merge.KEY;
    }

    static String valueKey(boolean allowed, String text, ScalarEvent event) {
        if (!allowed) {
            throw unknown(PREFIX + "value", event);
        }
        return text;
    }

    private static Object timestamp(String text, ScalarEvent event) {
        Object value = Scalars.parseTimestamp(text);
        if (value == null) {
            throw new YamlFailure("ConstructorError", "not a date or time: '" + text + "'", event.getStartMark());
        }
        return value;
    }

    private static byte[] binary(String text, ScalarEvent event) {
        if (!text.chars().allMatch(c -> c < 0x80)) {
            throw new YamlFailure(
                    "ConstructorError", "base64 data may only contain ASCII characters", event.getStartMark());
        }
        try {
            return Binary.decode(text);
        } catch (IllegalArgumentException e) {
            throw new YamlFailure("ConstructorError", "invalid base64 data: " + e.getMessage(), event.getStartMark());
        }
    }
}
