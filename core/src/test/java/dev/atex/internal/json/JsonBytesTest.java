package dev.atex.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {
    private static String text(JsonBytes.Style style, Object value) {
        return new String(new JsonBytes(style).value(value).toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void numbersHaveTheirDigits() {
        Random random = new Random(7);
        List<Long> numbers = new ArrayList<>(List.of(0L, 9L, 10L, -1L, Long.MAX_VALUE, Long.MIN_VALUE));
        for (int i = 0; i < 2_000; i++) {
            numbers.add(random.nextLong() >> random.nextInt(64));
        }
        for (long number : numbers) {
            assertThat(text(JsonBytes.Style.COMPACT, number)).isEqualTo(Long.toString(number));
        }
        JsonBytes padded = new JsonBytes(JsonBytes.Style.COMPACT);
        padded.padded(1_203, 6).raw(' ').padded(0, 2).raw(' ').padded(98_765, 3);
        assertThat(new String(padded.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo("001203 00 765");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-0, 0",
        "-0.0, -0.0",
        "0e5, 0.0",
        "1.10, 1.1",
        "1e2, 100.0",
        "1E400, Infinity",
        "-1e999, -Infinity",
        "1e-5, 1e-05",
        "0.0001, 0.0001",
        "123456789012345680.0, 1.2345678901234568e+17",
        "1e15, 1000000000000000.0",
        "1e16, 1e+16",
        "5e-324, 5e-324",
        "2e-324, 0.0",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "0.1e1, 1.0",
        "1.5e300, 1.5e+300",
        "2.5E-7, 2.5e-07",
    })
    void numbersLookAsPythonPrintsThem(String json, String python) {
        assertThat(text(JsonBytes.Style.PYTHON, new JsonNumber(json))).isEqualTo(python);
        assertThat(text(JsonBytes.Style.COMPACT, new JsonNumber(json))).isEqualTo(json);
    }

    @Test
    void stringsLookAsPythonPrintsThem() {
        assertThat(text(JsonBytes.Style.PYTHON, "\"\\/\b\f\n\r\t\u0000\u001f\u007f\u0080ž🐎\ud800x\u2028"))
                .isEqualTo(
                        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u0080\\u017e\\ud83d\\udc0e\\ud800x\\u2028\"");
    }

    @Test
    void separatorsLookAsPythonPrintsThem() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", List.of(1, true, false));
        map.put("a", null);
        map.put("c", Map.of());
        map.put("d", List.of());
        assertThat(text(JsonBytes.Style.PYTHON, map))
                .isEqualTo("{\"b\": [1, true, false], \"a\": null, \"c\": {}, \"d\": []}");
        assertThat(text(JsonBytes.Style.COMPACT, map)).isEqualTo("{\"b\":[1,true,false],\"a\":null,\"c\":{},\"d\":[]}");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void compactTextReadsBackTheSame(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Object value = RandomJson.value(random, 3);
            byte[] bytes = new JsonBytes(JsonBytes.Style.COMPACT).value(value).toByteArray();
            assertThat(Json.parse(bytes)).isEqualTo(value);
        }
    }

    /** The real thing as the judge, where there is a python3; the samples above hold without. */
    @Test
    void pythonAgrees(@TempDir Path temp) throws Exception {
        Random random = new Random(4711);
        List<String> documents = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Object value = RandomJson.value(random, 3);
            documents.add(text(JsonBytes.Style.COMPACT, value));
            ours.add(text(JsonBytes.Style.PYTHON, value));
        }
        Path input = Files.write(temp.resolve("input"), documents);
        Path output = temp.resolve("output");
        String program = "import json, sys\n"
                + "for line in open(sys.argv[1], encoding='utf-8', newline='\\n'): print(json.dumps(json.loads(line)))";
        Process python;
        try {
            python = new ProcessBuilder("python3", "-c", program, input.toString())
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (java.io.IOException e) {
            assumeThat(e).as("no python3 to compare with").isNull();
            return;
        }
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).isZero();
        List<String> python3 = Files.readAllLines(output);
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i)).as(documents.get(i)).isEqualTo(python3.get(i));
        }
    }
}
