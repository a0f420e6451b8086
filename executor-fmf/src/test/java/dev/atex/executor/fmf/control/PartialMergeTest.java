package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.RandomJson;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How partial results of one name become one. */
class PartialMergeTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                    | {'a':1}               | {'a':1}",
                "{'a':1}               | {}                    | {'a':1}",
                "{}                    | {'a':null}            | {}",
                "{'a':1,'b':2}         | {'a':null}            | {'b':2}",
                "{'a':1}               | {'a':2.50}            | {'a':2.50}",
                "{'a':'x'}             | {'a':'y'}             | {'a':'y'}",
                "{'a':true}            | {'a':false}           | {'a':false}",
                "{'a':[1,[2]]}         | {'a':[null,{'b':1}]}  | {'a':[1,[2],null,{'b':1}]}",
                "{'a':{'b':1,'c':2}}   | {'a':{'b':null,'d':3}}| {'a':{'c':2,'d':3}}",
                "{'a':{'b':{'c':[1]}}} | {'a':{'b':{'c':[2]}}} | {'a':{'b':{'c':[1,2]}}}",
                "{'a':[1]}             | {'a':'x'}             | {'a':'x'}",
                "{'a':'x'}             | {'a':[1]}             | {'a':[1]}",
                "{'a':{'b':1}}         | {'a':[1]}             | {'a':[1]}",
                "{'a':1}               | {'a':{'b':1}}         | {'a':{'b':1}}",
                "{'b':1,'a':1}         | {'c':1,'a':2,'b':3}   | {'b':3,'a':2,'c':1}",
            })
    void rules(String first, String second, String merged) throws Exception {
        assertThat(Json.write(merge(object(first), object(second))))
                .isEqualTo(merged.strip().replace('\'', '"'));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(String text) throws Exception {
        return (Map<String, Object>) Json.parse(text.replace('\'', '"'));
    }

    /** By the report, with the second one not partial. */
    private Map<String, Object> merge(Map<String, Object> first, Map<String, Object> second) throws Exception {
        return report(List.of(with(first, "partial", true), second)).getFirst();
    }

    private static Map<String, Object> with(Map<String, Object> result, String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(result);
        more.put(key, value);
        return more;
    }

    private List<Map<String, Object>> report(List<Map<String, Object>> results) throws Exception {
        TestArtifacts artifacts = TestArtifacts.in(Files.createTempDirectory(temp, "artifacts"));
        Path output = Files.writeString(temp.resolve("output"), "");
        byte[] stream = Streams.join(results.stream().map(Streams::result).toList());
        try (TestReport report = new TestReport(artifacts, output, ControlLimits.DEFAULT)) {
            new ControlStream(new ByteArrayInputStream(stream), report, _ -> {}).read();
            report.ended(0);
        }
        return Streams.stored(artifacts);
    }

    @Test
    void partialMayBeFalseOrNull() throws Exception {
        Map<String, Object> none = with(Map.of("status", "pass"), "partial", null);
        assertThat(report(List.of(none, Map.of("partial", false)))).containsExactly(Map.of("status", "pass"), Map.of());
    }

    /** The rules of the format, said again as simply as can be. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> expected(Map<String, Object> old, Map<String, Object> update) {
        Map<String, Object> merged = new LinkedHashMap<>(old);
        for (String key : update.keySet()) {
            Object before = merged.get(key);
            Object after = update.get(key);
            if (after == null) {
                merged.remove(key);
            } else if (before instanceof Map && after instanceof Map) {
                merged.put(key, expected((Map<String, Object>) before, (Map<String, Object>) after));
            } else if (before instanceof List && after instanceof List) {
                List<Object> both = new ArrayList<>((List<Object>) before);
                both.addAll((List<Object>) after);
                merged.put(key, both);
            } else {
                merged.put(key, after);
            }
        }
        return merged;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyResultsInAnyOrder(long seed) throws Exception {
        Random random = new Random(seed);
        List<Map<String, Object>> reported = new ArrayList<>();
        Map<String, Map<String, Object>> unfinished = new LinkedHashMap<>();
        List<Map<String, Object>> stored = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Map<String, Object> data = RandomJson.object(random, 3);
            data.keySet().removeAll(List.of("name", "files", "testout", "partial"));
            String name = "n" + random.nextInt(6);
            Map<String, Object> result = with(data, "name", name);
            if (random.nextInt(3) > 0) {
                reported.add(with(result, "partial", true));
                unfinished.put(name, expected(unfinished.getOrDefault(name, Map.of()), result));
            } else {
                reported.add(result);
                Map<String, Object> old = unfinished.remove(name);
                // A result that was never partial is stored as it is, nulls and all.
                stored.add(old == null ? result : expected(old, result));
            }
        }
        stored.addAll(unfinished.values());
        List<Map<String, Object>> actual = report(reported);
        assertThat(actual.removeLast()).isEqualTo(Map.of("status", "pass", "files", List.of("output.txt")));
        for (int i = 0; i < stored.size(); i++) {
            assertThat(text(actual.get(i))).isEqualTo(text(stored.get(i)));
        }
        assertThat(actual).hasSameSizeAs(stored);
    }

    private static String text(Map<String, Object> result) {
        return Json.write(result);
    }
}
