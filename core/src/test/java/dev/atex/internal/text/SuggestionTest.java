package dev.atex.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SuggestionTest {
    private static final List<String> OPTIONS =
            List.of("--root", "--plan", "--platform", "--provision", "--test", "-t");

    @Test
    void suggestsMistypedWord() {
        assertThat(Suggestion.of("--plna", OPTIONS)).contains("--plan");
        assertThat(Suggestion.of("--provison", OPTIONS)).contains("--provision");
        assertThat(Suggestion.of("locl", List.of("local"))).contains("local");
    }

    @Test
    void suggestsNothingForDistantWords() {
        assertThat(Suggestion.of("--verbose", OPTIONS)).isEmpty();
        assertThat(Suggestion.of("kubernetes", List.of("local"))).isEmpty();
        assertThat(Suggestion.of("x", List.of())).isEmpty();
    }

    @Test
    void messageListsKnownWords() {
        assertThat(Suggestion.among("mx", List.of("max", "hosts")))
                .isEqualTo(", did you mean 'max'? Known: hosts, max");
        assertThat(Suggestion.among("colour", List.of("max"))).isEqualTo("; known: max");
        assertThat(Suggestion.among("max", List.of())).isEqualTo(": there is none");
    }

    @Test
    void distanceIsAMetricOfSmallEdits() {
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            String a = word(random);
            String b = word(random);
            assertThat(Suggestion.distance(a, b))
                    .isEqualTo(Suggestion.distance(b, a))
                    .isLessThanOrEqualTo(8);
            assertThat(Suggestion.distance(a, a)).isZero();
            assertThat(Suggestion.distance(a, a + "x")).isEqualTo(1);
        }
        assertThat(Suggestion.distance("plna", "plan")).isEqualTo(1);
    }

    private static String word(Random random) {
        return random.ints(random.nextInt(9), 'a', 'd')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
