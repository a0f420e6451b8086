package dev.atex.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CutTest {
    private static final String PAIR = "\ud83d\ude00";

    @Test
    void cutIsNeverInsideCharacter() {
        assertThat(Cut.start("ab" + PAIR, 3)).isEqualTo("ab");
        assertThat(Cut.start("ab" + PAIR, 4)).isEqualTo("ab" + PAIR);
        assertThat(Cut.start("abcdef", 3, "...")).isEqualTo("abc...");
        assertThat(Cut.start("abc", 3, "...")).isEqualTo("abc");
        assertThat(Cut.end(PAIR + "ab", 3)).isEqualTo("ab");
        assertThat(Cut.end(PAIR + "ab", 4)).isEqualTo(PAIR + "ab");
        assertThat(Cut.start("x\ud800\ud800y", 2)).isEqualTo("x\ud800"); // halves that are alone are whole
    }

    @Test
    void wellFormedTextStaysWellFormedAfterCut() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(1, 12), 0x20, 0x11000)
                    .filter(c -> c < 0xd800 || c > 0xdfff)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at <= text.length(); at++) {
                assertThat(text).startsWith(Cut.start(text, at)).endsWith(Cut.end(text, at));
                assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(Cut.start(text, at) + Cut.end(text, at)))
                        .isTrue();
            }
            for (int at = 0; at <= bytes.length; at++) {
                assertThat(text).startsWith(Cut.startOfUtf8(bytes, at));
                assertThat(bytes.length
                                - at
                                - Cut.endOfUtf8(Arrays.copyOfRange(bytes, at, bytes.length))
                                        .getBytes(StandardCharsets.UTF_8)
                                        .length)
                        .isBetween(0, 3);
                assertThat(text).endsWith(Cut.endOfUtf8(Arrays.copyOfRange(bytes, at, bytes.length)));
            }
        }
    }

    @Test
    void malformedUtf8IsReplaced() {
        assertThat(Cut.startOfUtf8(new byte[] {'a', (byte) 0xff}, 2)).isEqualTo("a\ufffd");
        assertThat(Cut.startOfUtf8(new byte[] {(byte) 0x80, (byte) 0x80}, 2)).isEqualTo("\ufffd\ufffd");
    }
}
