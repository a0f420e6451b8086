package dev.atex.fmf.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reading takes time proportional to the length of a text, never its square. Counts allocated bytes, which are the
 * same on every machine.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("slow")
class LinearTest {
    private static final int SMALL = 125_000;
    private static final int TIMES = 8;

    private record Shape(String name, IntFunction<String> text) {
        String at(int size) {
            return text.apply(size);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Shape shape(String name, String before, String repeated, String after) {
        return new Shape(name, size -> before + repeated.repeat(size / repeated.length()) + after);
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                shape("plain", "a: ", "x", ""),
                shape("plain words", "a: ", "x ", "x"),
                shape("blanks in plain", "a: x", " ", "x"),
                shape("plain lines", "a: x\n", " x\n", ""),
                shape("single-quoted", "a: '", "x", "'"),
                shape("quotes", "a: '", "''", "'"),
                shape("double-quoted", "a: \"", "x", "\""),
                shape("escapes", "a: \"", "\\u0041", "\""),
                shape("literal", "a: |\n  ", "x", ""),
                shape("literal lines", "a: |\n", "  x\n", ""),
                shape("folded", "a: >\n  ", "x", ""),
                shape("folded words", "a: >\n  ", "x ", ""),
                shape("comment", "# ", "x", "\na: 1"),
                shape("comment behind", "a: 1 # ", "x", ""),
                shape("comments", "", "# x\n", ""),
                shape("spaces", "", " ", ""),
                shape("tabs", "a:", "\t", "b"),
                shape("line feeds", "", "\n", ""),
                shape("flow sequence", "a: [", "x, ", "]"),
                shape("flow in flow", "[", "[x], ", "]"),
                shape("open brackets", "a: ", "[", ""),
                shape("open braces", "a: ", "{a: ", ""),
                shape("dashes", "", "- ", ""),
                shape("anchor", "a: &", "x", " b"),
                shape("alias", "a: *", "x", ""),
                shape("aliases", "- &a [x]\n", "- *a\n", ""),
                shape("tag", "a: !", "x", " b"),
                shape("verbatim tag", "a: !<", "x", "> b"),
                shape("escapes in tag", "a: !", "%41", " b"),
                shape("key", "", "x", ": b"),
                shape("quoted key", "'", "x", "': b"),
                shape("same keys", "", "k: 1\n", ""),
                shape("documents", "", "---\na: 1\n", ""),
                shape("directive", "%", "x", "\n--- a"),
                shape("version", "%YAML 1.", "1", "\n--- a"),
                shape("int", "a: ", "7", ""),
                shape("hexadecimal int", "a: 0x", "f", ""),
                shape("float", "a: 1.", "7", ""),
                shape("time", "a: 2024-01-02 00:00:00.", "7", ""),
                shape("binary", "a: !!binary ", "QUJD", ""),
                shape("mistake after a text", "a: '", "x", "' ]"),
                shape("mistake after a sequence", "a: [", "x, ", "}"),
                shape("no end of quotes", "a: \"", "x", ""),
                shape("control character", "a: ", "😀", "\u0001"));
    }

    private static long allocated(String text) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            YamlReader.read(text);
        } catch (YamlProblem e) {
            assertThat(e.getMessage()).hasSizeLessThan(1100);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void costIsLinearInLength(Shape shape) {
        allocated(shape.at(SMALL)); // one-time costs
        long small = allocated(shape.at(SMALL));
        long large = allocated(shape.at(SMALL * TIMES));
        assertThat(large).isLessThan(small * TIMES * 3 / 2 + 1_000_000);
    }

    @Test
    void integerWithTooManyDigitsIsRefusedAsInPython() {
        for (String digits : List.of("7".repeat(4301), "-" + "7".repeat(200_000), "0x" + "f".repeat(2_000_000))) {
            assertThatThrownBy(() -> YamlReader.read("a: " + digits))
                    .isInstanceOfSatisfying(
                            YamlProblem.class, e -> assertThat(e.kind()).isEqualTo("ValueError"))
                    .hasMessageContaining("Exceeds the limit");
        }
        assertThat(readInt("7".repeat(4300))).isEqualTo("7".repeat(4300));
    }

    private static String readInt(String digits) {
        try {
            return String.valueOf(YamlReader.read(digits).value());
        } catch (YamlProblem e) {
            throw new AssertionError(e);
        }
    }

    /** All of these have the same hash, by {@code 31 * first + second}. */
    @Test
    void keysWithSameHashAreLimited() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("[").append(i).append(", ").append(10_000_000 - 31 * i).append("]: 1\n");
        }
        assertThatThrownBy(() -> YamlReader.read(text.toString())).hasMessageContaining("keys are sequences or times");
    }

    @Test
    void manyLoneDashesAreRepairedInLinearTime() {
        String text = "a: [" + "x, ".repeat(700_000) + "-,".repeat(100) + "]";
        long once = allocated("a: [" + "x, ".repeat(700_000) + "]");
        assertThat(allocated(text)).isLessThan(once * 60);
    }

    /** Forty levels of a hundred keys that all lead to the same mapping. */
    @Test
    void searchVisitsEachPlaceOnceDespiteAliases() {
        StringBuilder text = new StringBuilder("x0: &x0\n  <<: {a: 1}\n  /a: 1\n");
        for (int i = 1; i <= 40; i++) {
            text.append("x" + i + ": &x" + i + "\n  <<: {a: 1}\n");
            text.append(("  /a: *x" + (i - 1) + "\n").repeat(100));
        }
        text.append("/a: *x40\n");
        Positions positions = Positions.read(text.toString()).orElseThrow();
        assertThat(positions.find(java.util.Collections.nCopies(30, "a"), "missing"))
                .isEmpty();
        assertThat(positions.find(List.of("a"), "/a")).isPresent();
    }

    @Test
    void tooLongTextsAreRefused() {
        assertThatThrownBy(() -> YamlReader.read(" ".repeat((32 << 20) + 1))).hasMessageContaining("the maximum is");
    }
}
