package dev.atex.connection.support;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkFilterTest {

    private static String filtered(String mark, String text, Random random) {
        MarkFilter filter = new MarkFilter(mark);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(US_ASCII);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(4));
            filter.accept(bytes, at, length, out::write);
            at += length;
        }
        filter.end(out::write);
        assertThat(filter.isFound()).isEqualTo(text.contains(mark));
        return out.toString(US_ASCII);
    }

    @Test
    void firstMarkIsRemovedFromAnyPieces() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String mark = letters(random, 1 + random.nextInt(4));
            String text = letters(random, random.nextInt(12));
            int at = text.indexOf(mark);
            String expected = at < 0 ? text : text.substring(0, at) + text.substring(at + mark.length());
            assertThat(filtered(mark, text, random)).as(mark + " in " + text).isEqualTo(expected);
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(2)));
        }
        return text.toString();
    }
}
