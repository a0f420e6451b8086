package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ColorFilterTest {
    private static String shown(String text, int piece) throws IOException {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        try (ColorFilter stream = new ColorFilter(to)) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i += piece) {
                stream.write(bytes, i, Math.min(piece, bytes.length - i));
            }
        }
        return to.toString(StandardCharsets.UTF_8);
    }

    private static void check(String text, String expected) throws IOException {
        for (int piece = 1; piece <= text.length() + 1; piece++) {
            assertThat(shown(text, piece)).as("%s in pieces of %s", text, piece).isEqualTo(expected);
        }
    }

    @Test
    void colorsAreRemovedHoweverTheyAreSplit() throws IOException {
        check("\u001b[32m[+] gr\u00fcn\u001b[0m\n\u001b[1;31mrot\u001b[m", "[+] gr\u00fcn\nrot");
    }

    @Test
    void otherBytesAreKept() throws IOException {
        for (String text : new String[] {
            "\u001b[2J",
            "\u001b]0;title\u0007",
            "\u001b",
            "\u001b[",
            "\u001b[3",
            "\u001b\u001b[2J",
            "a\u001b[31;x",
            "[0m",
            "\u001bm"
        }) {
            check(text, text);
        }
        check("\u001b\u001b[0m!", "\u001b!");
        String endless = "\u001b[" + "1;".repeat(100) + "m";
        check(endless, endless);
    }
}
