package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalSizeTest {
    @Test
    void parsesOutputOfStty() {
        assertThat(TerminalSize.parse("24 80\n")).contains(new TerminalSize(24, 80));
        assertThat(TerminalSize.parse("0 0\n")).isEmpty();
        assertThat(TerminalSize.parse("")).isEmpty();
        assertThat(TerminalSize.parse("stty: what?")).isEmpty();
    }
}
