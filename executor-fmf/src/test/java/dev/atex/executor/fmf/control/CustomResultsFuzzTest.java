package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonFactory;

/** Files with custom results are written by tests: whatever is in them is a problem that is told, or results. */
@Timeout(300)
class CustomResultsFuzzTest {
    private static final String[] PIECES = {
        "- ", "  ", "\n", "name", "result", "log", "note", "check", "subresult", ": ", "/", "pass", "fail", "&a ", "*a",
                "[", "]",
        "{", "}", "!!set ", "!!binary ", "|", ">", "'", "\"", "<<: ", "? ", "#", "%YAML 9.9", "---\n", "...", "\t", "é",
                "\u0000",
        "1e999", "2026-13-40", ".nan", "null", "~", ",", "..", "how", "event"
    };

    private final JsonFactory json = new JsonFactory();

    private CustomResults read(String file, String text) {
        CustomResults results = CustomResults.read(file, text.getBytes(StandardCharsets.UTF_8), json);
        for (CustomResults.Entry entry : results.entries()) {
            assertThat(entry.status()).isNotNull();
            assertThat(entry.name()).doesNotStartWith("/").doesNotEndWith("/");
        }
        results.problem().ifPresent(problem -> assertThat(problem).isNotEmpty().hasSizeLessThan(1000));
        return results;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomTextsThrowNoOtherException(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            read(random.nextBoolean() ? "results.yaml" : "results.json", text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void randomBytesThrowNoOtherException(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            CustomResults results = CustomResults.read("results.yaml", bytes, json);
            assertThat(results.problem().isPresent() || !results.entries().isEmpty())
                    .isTrue();
        }
    }

    @Test
    void mutatedFilesThrowNoOtherException() {
        String good = """
            - name: /
              result: pass
              note: [a, b]
            - name: /one
              result: fail
              log: [x, y/z]
              subresult: [{name: /s, result: pass, check: [{how: avc, result: info, event: after-test}]}]
            """;
        assertThat(read("results.yaml", good).problem()).isEmpty();
        assertThat(read("results.yaml", good).entries()).hasSize(4);
        Random random = new Random(21);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int n = random.nextInt(4); n >= 0; n--) {
                int place = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(place);
                    case 1 -> text.insert(place, PIECES[random.nextInt(PIECES.length)]);
                    default -> text.setCharAt(place, (char) random.nextInt(128));
                }
            }
            read("results.yaml", text.toString());
        }
    }

    @Test
    void yamlAliasesAreLimited() {
        StringBuilder bomb = new StringBuilder("- &a0 {name: /a, result: pass, note: " + "n".repeat(5000) + "}\n");
        for (int i = 1; i < 15; i++) {
            bomb.append("- &a%d {name: /a, result: pass, subresult: [%s]}\n"
                    .formatted(i, "*a%d, ".formatted(i - 1).repeat(40)));
        }
        CustomResults results = read("results.yaml", bomb.toString());
        assertThat(results.problem().orElseThrow()).contains("more than 100000 results, or too long ones");
        StringBuilder notes = new StringBuilder("- {name: /a, result: pass, note: &n [").append("x, ".repeat(100_000));
        notes.append("]}\n").append("- {name: /a, result: pass, note: *n}\n".repeat(10_000));
        assertThat(read("results.yaml", notes.toString()).problem()).isPresent();
    }

    @Test
    void circularAndDeepYamlIsRefused() {
        assertThat(read("results.yaml", "&a [{name: /a, result: pass, subresult: *a}]")
                        .problem()
                        .orElse(""))
                .contains("results");
        String deep = "[{\"name\": \"/a\", \"result\": \"pass\", \"subresult\": ".repeat(400) + "[]" + "}]".repeat(400);
        assertThat(read("results.json", deep).problem()).isPresent();
        assertThat(read("results.yaml", deep).problem()).isPresent();
        assertThat(read("results.yaml", "[".repeat(100_000)).problem()).isPresent();
    }
}
