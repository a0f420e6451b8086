package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.plan.EnvironmentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileTest {
    @Test
    void wordsAreSplitAsInShell() {
        assertThat(EnvironmentFile.parse("env", """
                # a comment
                A=1 B='two words' # another
                C="x \\"y\\" \\$HOME \\n" D=a\\ b#c
                E=
                F='line
                two' A=last
                G=one\\
                more
                """))
                .isEqualTo(in(
                        "A",
                        "last",
                        "B",
                        "two words",
                        "C",
                        "x \"y\" $HOME \\n",
                        "D",
                        "a b#c",
                        "E",
                        "",
                        "F",
                        "line\ntwo",
                        "G",
                        "onemore"));
        assertThat(EnvironmentFile.parse("env", "")).isEmpty();
    }

    @Test
    void yamlScalarsAreWrittenAsInPython() {
        assertThat(EnvironmentFile.parse("x.YAML", "A: true\nB: 1.50\nC: ~\nD: text\n"))
                .isEqualTo(in("A", "True", "B", "1.5", "C", "", "D", "text"));
        assertThat(EnvironmentFile.parse("x.yml", "")).isEmpty();
    }

    @Test
    void errorsNameTheirPlace() {
        fails("env", "A=1\nexport B=2", "env:2: expected NAME=VALUE: leave 'export' out");
        fails("env", "A=1\n\nB", "env:3: expected NAME=VALUE; a value with blanks needs quotes");
        fails("env", "A-B=1", "env:1: 'A-B' cannot be the name of a variable");
        fails("env", "1A=1", "'1A' cannot be the name");
        fails("env", "A='x\ny", "env:1: the quote ' does not end");
        fails("env", "A=x\\", "nothing follows the last backslash");
        fails("e.yml", "A: [1]", "e.yml: A: expected a text, not a list");
        fails("e.yml", "A: {b: c}", "e.yml: A: expected a text, not a mapping");
        fails("e.yml", "[A]", "e.yml: expected a mapping");
        fails("e.yml", "a b: c", "'a b' cannot be the name");
        fails("e.yaml", "A: 1\nB: [", "e.yaml:");
    }

    @Test
    void tooLargeFilesAreRejected(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("env"), "A=1\n");
        assertThat(EnvironmentFile.read(file)).isEqualTo(Map.of("A", "1"));
        assertThatThrownBy(() -> EnvironmentFile.read(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a file");
        assertThatThrownBy(() -> EnvironmentFile.read(directory.resolve("none")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no such file");
        Files.writeString(file, "A=" + "x".repeat(EnvironmentFile.MAX_BYTES));
        assertThatThrownBy(() -> EnvironmentFile.read(file)).hasMessageContaining("longer than 1 MiB");
    }

    private static Map<String, String> in(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static void fails(String name, String text, String message) {
        assertThatThrownBy(() -> EnvironmentFile.parse(name, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
