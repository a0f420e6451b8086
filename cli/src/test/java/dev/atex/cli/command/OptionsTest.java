package dev.atex.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.text.DurationText;
import dev.atex.run.Limit;
import dev.atex.run.Limits;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @ParameterizedTest
    @CsvSource({
        "90, PT90S",
        "90s, PT90S",
        "10m, PT10M",
        "2h, PT2H",
        "7d, PT168H",
        "1h30m, PT1H30M",
        "1.5h, PT1H30M",
        "500ms, PT0.5S",
        "999999999d, PT23999999976H"
    })
    void durationsAreParsed(String text, Duration expected) throws Exception {
        assertThat(Options.duration("--wait", text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1h 2m", "1000000000d", "999999999999999999h"})
    void invalidDurationIsExplained(String text) {
        assertThatThrownBy(() -> Options.duration("--wait", text))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--wait=" + text + ": it must be ");
    }

    @ParameterizedTest
    @EnumSource
    void printedDefaultLimitsCanBeParsed(Limit limit) throws Exception {
        Duration usual = Limits.defaults().of(limit);
        assertThat(Options.duration("--limit", DurationText.print(usual))).isEqualTo(usual);
    }
}
