package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrintableStreamTest {
    private static final String TEXT = "größe \u001b]0;title\u0007\u009b2J \ud83d\ude00 \u202etxt\r\n\ttail";

    private static String shown(byte[] bytes, int piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintableStream stream = new PrintableStream(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            for (int i = 0; i < bytes.length; i += piece) {
                stream.write(bytes, i, Math.min(piece, bytes.length - i));
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void textInPiecesIsEscapedLikeWholeText() {
        byte[] bytes = TEXT.repeat(1000).getBytes(StandardCharsets.UTF_8);
        for (int piece : new int[] {1, 2, 3, 7, 8191, 8192, 8193, bytes.length}) {
            assertThat(shown(bytes, piece)).isEqualTo(Printable.lines(TEXT.repeat(1000)));
        }
    }

    @Test
    void dangerousCharactersAreEscaped() {
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertThat(shown(bytes, 1 + random.nextInt(10)).codePoints())
                    .noneMatch(
                            c -> c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT));
        }
        assertThat(shown(new byte[] {'a', (byte) 0xf0, (byte) 0x9f}, 3)).startsWith("a\ufffd");
    }

    @Test
    void escapedJsonHasSameValue() throws Exception {
        String json = Json.write(TEXT + "\ud800 \"quoted\" \\");
        String shown = Printable.json(json);
        assertThat(Json.parse(shown)).isEqualTo(TEXT + "\ud800 \"quoted\" \\");
        assertThat(shown.codePoints())
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.SURROGATE);
    }
}
