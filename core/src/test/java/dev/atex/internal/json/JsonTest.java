package dev.atex.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

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
    void onlyHalfSurrogatePairsAreEscaped() {
        assertThat(Json.write("ü😀\udc00")).isEqualTo("\"ü😀\\udc00\"");
    }

    /** Library's words, names of its options and of its classes are no help for a tester. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1,}|line 1, column 9: unexpected '}'",
                "[{\"name\": \"/\"\\n{|line 2, column 1: unexpected '{'",
                "{\"a\": [1, 2|line 1, column 12: it ends in the middle",
                "{\"a|line 1, column 4: it ends in the middle",
                "[1}|line 1, column 3: unexpected '}'",
                "[pass]|line 1, column 2: unexpected 'pass'",
                "[NaN]|line 1, column 5: unexpected 'NaN'",
                "[01]|line 1, column 3: a number that is none in JSON",
                "[1.]|line 1, column 4: unexpected ']'",
                "[\"\\x\"]|line 1, column 4: a backslash that escapes nothing in JSON",
                "[\"\\t\"]|line 1, column 3: a control character, which JSON has only with a backslash"
            })
    void errorsHaveOurOwnMessages(String written, String message) {
        String text = written.replace("\\n", "\n").replace("\\t", "\t");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Json.parse(bytes))
                .isInstanceOf(JsonException.class)
                .hasMessage(message);
        String what = message.substring(message.indexOf(": ") + 2);
        assertThatThrownBy(() -> Json.parse(text))
                .hasMessageMatching("line \\d, column \\d+: .*")
                .hasMessageEndingWith(what);
        assertThatThrownBy(() -> {
                    JsonFeed feed = new JsonFeed();
                    feed.feed(bytes, 0, bytes.length);
                    feed.end();
                })
                .hasMessageMatching("line \\d, column \\d+: .*|it ends in the middle")
                .hasMessageNotContainingAny("Json", "REDACTED", "code", "token");
    }

    @Test
    void malformedUtf8AndExceededLimitsAreReported() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'[', '"', (byte) 0xff, '"', ']'}))
                .hasMessageMatching("line 1, column \\d: it is not UTF-8");
        JsonFactory small = JsonFactory.builder()
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(5).build())
                .build();
        byte[] deep = "[".repeat(9).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Json.parse(small, deep, 0, deep.length))
                .hasMessageMatching("document nesting depth 6 is over the limit of 5");
    }
}
