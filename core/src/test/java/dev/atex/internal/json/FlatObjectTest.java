package dev.atex.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlatObjectTest {
    private final FlatObject flat = new FlatObject(JsonBytes.Style.COMPACT);

    private boolean read(String text) {
        byte[] bytes = ("xx" + text + "}\"]").getBytes(StandardCharsets.ISO_8859_1);
        return flat.read(bytes, 2, text.length());
    }

    @Test
    void valuesAreFoundByKey() {
        assertThat(
                        read(
                                " { \"status\" : \"pass\",\n\"files\":[ \"a\" ,\"b\"],\"n\":null,\"i\":12, \"t\":true,\"e\":[] } "))
                .isTrue();
        assertThat(new String(flat.text().toByteArray()))
                .isEqualTo("{\"status\":\"pass\",\"files\":[\"a\",\"b\"],\"n\":null,\"i\":12,\"t\":true,\"e\":[]}");
        assertThat(flat.string(flat.find("status"))).isEqualTo("pass");
        assertThat(flat.is(flat.find("status"), "pass")).isTrue();
        assertThat(flat.is(flat.find("status"), "pas")).isFalse();
        assertThat(flat.firstOf(flat.find("files"))).isEqualTo("a");
        assertThat(flat.firstOf(flat.find("e"))).isNull();
        assertThat(flat.isNull(flat.find("n"))).isTrue();
        assertThat(flat.find("stat")).isNegative();
        assertThat(flat.string(flat.find("i"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "null",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1}x",
                "{\"a\":1}{}",
                "{\"a\":01}",
                "{\"a\":1.5}",
                "{\"a\":1e5}",
                "{\"a\":-1}",
                "{\"a\":NaN}",
                "{\"a\":nul}",
                "{\"a\":truex}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{}}",
                "{\"a\":[1]}",
                "{\"a\":[\"x\",]}",
                "{\"a\":[\"x\" \"y\"]}",
                "{\"a\":[\"x\"",
                "{\"a\":\"x",
                "{\"a\":\"\\n\"}",
                "{\"a\":\"\u00e9\"}",
                "{\"a\":\"\t\"}",
                "{}\u00e9",
                "{\"a\":\"\u007f\"}",
                "{\"a\":1",
                "{\"a\":t",
                "{'a':1}",
                "{\"a\":\"x\"\"b\":1}",
                "{\"a\" 1}",
                "{\"a\":[,]}",
                "{\"a\":1234567890123456789}"
            })
    void otherTextIsLeftToFullReader(String text) {
        assertThat(read(text)).isFalse();
    }

    /** Whatever it accepts, the full reader accepts too and sees the same in it. */
    @ParameterizedTest
    @EnumSource(JsonBytes.Style.class)
    void agreesWithTheFullReader(JsonBytes.Style style) throws Exception {
        Random random = new Random(99);
        FlatObject reader = new FlatObject(style);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new JsonBytes(random.nextBoolean() ? JsonBytes.Style.COMPACT : JsonBytes.Style.PYTHON)
                    .value(RandomJson.object(random, 1))
                    .toByteArray();
            for (int damage = random.nextInt(3); damage > 1; damage--) {
                bytes[random.nextInt(bytes.length)] = (byte) " {}[]\":,0t\\\n".charAt(random.nextInt(12));
            }
            if (reader.read(bytes, 0, bytes.length)) {
                accepted++;
                Map<?, ?> map = (Map<?, ?>) Json.parse(bytes);
                assertThat(reader.text().toByteArray())
                        .isEqualTo(new JsonBytes(style).value(map).toByteArray());
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    int index = reader.find((String) entry.getKey());
                    assertThat(index).isNotNegative();
                    assertThat(reader.string(index)).isEqualTo(entry.getValue() instanceof String s ? s : null);
                    assertThat(reader.firstOf(index))
                            .isEqualTo(entry.getValue() instanceof List<?> l && !l.isEmpty() ? l.getFirst() : null);
                    JsonBytes value = new JsonBytes(style);
                    reader.appendValue(index, value);
                    assertThat(value.toByteArray())
                            .isEqualTo(
                                    new JsonBytes(style).value(entry.getValue()).toByteArray());
                }
            }
        }
        assertThat(accepted).isGreaterThan(5000);
    }
}
