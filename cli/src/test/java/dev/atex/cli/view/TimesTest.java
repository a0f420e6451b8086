package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void durationsOfAllMagnitudesAreFormatted() {
        assertThat(Times.exact(Duration.ofMillis(49))).isEqualTo("0.0s");
        assertThat(Times.exact(Duration.ofMillis(12_345))).isEqualTo("12.3s");
        assertThat(Times.exact(Duration.ofSeconds(125))).isEqualTo("2m05s");
        assertThat(Times.coarse(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(Times.coarse(Duration.ofMinutes(62))).isEqualTo("1h02m");
        assertThat(Times.coarse(Duration.ofSeconds(-1))).isEqualTo("0s");
    }
}
