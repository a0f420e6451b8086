package dev.atex.results;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** One line of {@code results.jsonl}, read back. */
record StoredLine(TestName test, Map<String, @Nullable Object> result) {
    /** Python writes numbers that JSON does not have. */
    private static final JsonFactory LENIENT = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /** Reads a line, without its end; null if it is not a line of results. */
    static @Nullable StoredLine read(byte[] buffer, int offset, int length) {
        Object json;
        try {
            json = Json.parse(LENIENT, buffer, offset, length);
        } catch (JsonException e) {
            return null;
        }
        if (!(json instanceof List<?> list)
                || list.size() != 6
                || !(list.get(0) instanceof String platform)
                || !(list.get(2) instanceof String test)) {
            return null;
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        put(result, "status", list.get(1));
        put(result, "name", list.get(3));
        put(result, "files", List.of().equals(list.get(4)) ? null : list.get(4));
        put(result, "note", list.get(5));
        return new StoredLine(new TestName(platform, test), result);
    }

    private static void put(Map<String, @Nullable Object> result, String key, @Nullable Object value) {
        if (value != null) {
            result.put(key, value);
        }
    }
}
