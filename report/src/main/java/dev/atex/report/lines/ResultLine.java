package dev.atex.report.lines;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.LineReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** The JSON of a line of {@code results.jsonl}. */
public final class ResultLine {
    /** The name of the file in the run directory. */
    public static final String FILE = "results.jsonl";

    /** Python writes numbers that JSON does not have. */
    private static final JsonFactory LENIENT = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private ResultLine() {}

    /** Returns the values of the line that the reader is at; empty if it is not an array. */
    public static List<? extends @Nullable Object> values(LineReader at) throws JsonException {
        return Json.parse(LENIENT, at.buffer(), at.offset(), at.length()) instanceof List<?> line ? line : List.of();
    }

    /** Returns a value as text: tests may report any JSON, which is then shown as such. */
    public static Optional<String> text(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case String text -> Optional.of(text);
            default -> Optional.of(Json.write(value));
        };
    }

    /** Returns the text with unpaired surrogates replaced, so that UTF-8 can encode it. */
    public static String wellFormed(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
