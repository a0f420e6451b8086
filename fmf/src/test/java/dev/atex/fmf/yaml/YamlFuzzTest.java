package dev.atex.fmf.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.fmf.FmfException;
import dev.atex.fmf.Yaml;
import dev.atex.fuzz.Fuzz;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Any text is a value that survives writing and reading, or causes a short message with a place inside the text. */
@Timeout(value = 1, unit = TimeUnit.DAYS)
class YamlFuzzTest {
    @Test
    void everyTextIsReadOrRefused() throws Exception {
        Fuzz.of(
                        YamlFuzzTest.class,
                        "yaml",
                        "[",
                        "]",
                        "{",
                        "}",
                        ": ",
                        "? ",
                        "- ",
                        "-",
                        ",",
                        "&a ",
                        "*a",
                        "<<: ",
                        "!!",
                        "!!int ",
                        "!!set ",
                        "!!omap ",
                        "!!binary ",
                        "!!timestamp ",
                        "'",
                        "\"",
                        "|\n",
                        ">\n",
                        "|2+\n",
                        "#",
                        "\n",
                        "\r\n",
                        "\t",
                        "  ",
                        "---\n",
                        "...\n",
                        "%YAML 1.2\n",
                        "%TAG ! x\n",
                        "\\x",
                        "\\u00",
                        "\u0085",
                        "\ufeff",
                        "\u2028",
                        "2024-02-30",
                        "0x",
                        ".inf",
                        "1e",
                        "~",
                        "=")
                .check(input -> check(new String(input, StandardCharsets.UTF_8)));
    }

    private static void check(String text) throws FmfException {
        YamlReader.Document read;
        try {
            read = YamlReader.read(text);
        } catch (YamlProblem e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(1100);
            assertThat(e.kind()).isNotBlank();
            assertThat(e.line())
                    .isBetween(
                            0,
                            2
                                    + (int) text.chars()
                                            .filter(Character::isISOControl)
                                            .count());
            assertThat(e.column()).isBetween(0, text.length() + 1);
            return;
        }
        Positions.read(text);
        if (!read.shared()) { // aliases can describe more than can be written
            String written;
            try {
                written = Yaml.write(read.value());
            } catch (IllegalArgumentException e) {
                return; // a type that can only be read
            }
            assertThat(Yaml.write(Yaml.read(written))).isEqualTo(written);
        }
    }
}
