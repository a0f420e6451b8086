package dev.atex.executor.fmf.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestDurationTest {
    @ParameterizedTest
    @CsvSource({
        "1h 30m, 5400",
        "1h30m, 5400",
        "1h 3h 2m 3, 14523",
        "*3 2s *4, 24",
        "20s*2.5, 50",
        "*2, 600",
        "*2 5m, 600",
        "5m15m, 1200",
        "5m 15m*0.9, 1080",
        "2 1m 4, 66",
        "2s3, 5",
        "90, 90",
        "' 5m ', 300",
        "0, 300",
        "1*0.1, 1",
        "99999999999999d, 2147483648",
        "1h*99999999999999999999, 2147483648",
    })
    void environmentFileFormats(String text, long seconds) {
        assertThat(TestDuration.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "1.5h", "1h *.5", "1m*2s", "5m*", "1w", "5M", "-5", "5m +5m", "1s+10s", "5q", "*", "1h,2m"
            })
    void mistakes(String text) {
        assertThatThrownBy(() -> TestDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("duration '" + text + "': not a duration");
    }

    @ParameterizedTest
    @ValueSource(ints = {199, 1_000_000})
    void longTextsAreReadInLinearTime(int length) {
        String text = "9".repeat(length);
        if (length < 200) {
            assertThat(TestDuration.parse(text)).isEqualTo(Duration.ofSeconds(1L << 31));
        } else {
            assertThatThrownBy(() -> TestDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
