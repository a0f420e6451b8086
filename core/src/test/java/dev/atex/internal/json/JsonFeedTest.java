package dev.atex.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFeedTest {
    private static final String DOCUMENT =
            "{\"a\": [1, 1.10, -0.5e3, \"\\u00e4 \\\"x\\\" \uD83D\uDE00\", true, false, null, {}, []],"
                    + " \"b\": {\"c\": {\"d\": [[\"e\"]]}}, \"a b\": \"\", \"a\": 2}";

    private static Object feed(JsonFeed feed, String text, int size) throws JsonException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i += size) {
            feed.feed(bytes, i, Math.min(size, bytes.length - i));
        }
        return feed.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void readsTheSameInAnyPieces(int size) throws Exception {
        assertThat(feed(new JsonFeed(), DOCUMENT, size)).isEqualTo(Json.parse(DOCUMENT));
        for (String text : List.of("null", " 12 ", "\"a\"", "[]", "{}", "true")) {
            assertThat(feed(new JsonFeed(), text, size)).isEqualTo(Json.parse(text));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 1000})
    void passesElementsOn(int size) throws Exception {
        List<Object> given = new ArrayList<>();
        Object rest = feed(new JsonFeed(given::add), "[1, [2, [3]], {\"a\": [4]}, null, " + DOCUMENT + "]", size);
        assertThat(rest).isEqualTo(List.of());
        assertThat(given).isEqualTo(Json.parse("[1, [2, [3]], {\"a\": [4]}, null, " + DOCUMENT + "]"));
    }

    @Test
    void objectIsKeptEvenWithConsumerOfElements() throws Exception {
        List<Object> given = new ArrayList<>();
        assertThat(feed(new JsonFeed(given::add), "{\"a\": [1, 2]}", 3)).isEqualTo(Json.parse("{\"a\": [1, 2]}"));
        assertThat(feed(new JsonFeed(given::add), "null", 3)).isNull();
        assertThat(given).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "  ", "[1", "{\"a\":", "\"a", "[1]]", "1 2", "[1] [2]", "{\"a\" 1}", "nul", "NaN", "<html>"})
    void refusesTextAfterDocument(String text) {
        for (int size : List.of(1, 1000)) {
            assertThatThrownBy(() -> feed(new JsonFeed(), text, size)).isInstanceOf(JsonException.class);
            assertThatThrownBy(() -> feed(new JsonFeed(_ -> {}), text, size)).isInstanceOf(JsonException.class);
        }
    }

    @Test
    void reportsWhetherThereWasOnlyWhiteSpace() throws Exception {
        JsonFeed feed = new JsonFeed();
        assertThat(feed.isBlank()).isTrue();
        feed.feed(new byte[] {' ', '\n'}, 0, 2);
        assertThat(feed.isBlank()).isTrue();
        feed.feed(new byte[] {'['}, 0, 1);
        assertThat(feed.isBlank()).isFalse();
    }
}
