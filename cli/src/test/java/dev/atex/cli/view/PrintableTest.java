package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void harmlessTextIsUnchanged() {
        String text = "/tests/größe/日本語 🙂 \"quoted\"";
        assertThat(Printable.line(text)).isSameAs(text);
    }

    @Test
    void controlCharactersAreEscaped() {
        assertThat(Printable.line("a\u001b[2Jb\nc\r\t\0\u009b\u007f")).isEqualTo("a\\e[2Jb\\nc\\r\\t\\x00\\x9b\\x7f");
        assertThat(Printable.line("\u202egnp.exe\u2028")).isEqualTo("\\u202egnp.exe\\u2028");
        assertThat(Printable.line("\ud800")).isEqualTo("\\ud800");
    }

    @Test
    void lineEndsAreKept() {
        assertThat(Printable.lines("a\nb\u001b")).isEqualTo("a\nb\\e");
    }

    @Test
    void dangerousCharactersOfRandomTextAreEscaped() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(40), 0, 0x3000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(Printable.line(text).codePoints())
                    .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        }
    }
}
