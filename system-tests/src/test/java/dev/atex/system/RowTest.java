package dev.atex.system;

import static dev.atex.system.Row.row;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The language of rows: what is said in it is looked at. */
class RowTest {
    @TempDir
    private Path directory;

    @Test
    void uncheckedExpectationIsRefused() {
        for (Row row : List.of(
                row("a").command("--version").told("note: x").err("y"),
                row("b").command("--version").mistake("y").told("note: x"))) {
            assertThatThrownBy(() -> row.check(directory))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'told' says all of standard error");
        }
    }

    @Test
    void expectedLineMatchesOneLineOnly() {
        List<String> lines = List.of("note: a b", "note: a", "note: c");
        assertThatCode(() -> Row.match(lines, List.of("note: ", "note: a", "note: a")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Row.match(lines, List.of("note: a", "note: a", "note: a")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no line left that begins with 'note: a'");
        assertThatThrownBy(() -> Row.match(lines, List.of("note: a", "note: c")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lines that are not expected");
    }
}
