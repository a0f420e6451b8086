package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
    @Test
    void widthCountsColumnsNotCharacters() {
        assertThat(Columns.width("abc")).isEqualTo(3);
        assertThat(Columns.width("日本")).isEqualTo(4);
        assertThat(Columns.width("e\u0301")).isEqualTo(1);
        assertThat(Columns.width("🙂")).isEqualTo(2);
    }

    @Test
    void longTextIsCutAndMarked() {
        assertThat(Columns.fit("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Columns.fit("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Columns.fit("日本語", 5)).isEqualTo("日本…");
        assertThat(Columns.fit("abc", 0)).isEmpty();
    }

    @Test
    void shortTextIsPadded() {
        assertThat(Columns.pad("ab", 4)).isEqualTo("ab  ");
        assertThat(Columns.width(Columns.pad("日本語", 4))).isEqualTo(4);
    }
}
