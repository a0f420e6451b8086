package dev.atex.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    /** What is stored in a file comes back as it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {"half \ud800", "\udc00 the other", "\ud800\ud800\udc00", "\udc00\ud800", "pair 😀", "\0\n\"\\"})
    void textSurvivesUtf8(String text) throws Exception {
        Object value = Map.of("text", List.of(text));
        assertThat(Json.parse(Json.write(value).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(value);
    }

    @Test
    void onlyHalvesAreEscaped() {
        assertThat(Json.write("ü😀\udc00")).isEqualTo("\"ü😀\\udc00\"");
    }
}
