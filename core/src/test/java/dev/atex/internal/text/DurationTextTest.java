package dev.atex.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "90,PT90S", "0,PT0S", "90s,PT90S", "250ms,PT0.25S", "1s500ms,PT1.5S", "10m,PT10M", "1h30m,PT1H30M",
        "1.5h,PT1H30M", "0.5ms,PT0.0005S", "2d,PT48H", "0s,PT0S", "007,PT7S", "30m1h,PT1H30M", "1.25,PT1.25S",
        "2m05s,PT2M5S", "999999999d,PT23999999976H"
    })
    void isRead(String text, Duration expected) {
        assertThat(DurationText.parse(text)).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "m",
                "soon",
                "1x",
                "-1",
                "+5",
                "1h 2",
                "5 m",
                "5M",
                "5mm",
                "1h30",
                ".5h",
                "1.h",
                "1,5h",
                "1..5h",
                "0x5",
                "5w",
                "٣",
                "5\n",
                "1e3s",
                "999999999999999999d",
                "9999999999999999999s"
            })
    void malformedDurationIsEmpty(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    @Test
    void numberWithoutUnitHasGivenUnit() {
        assertThat(DurationText.parse("90", ChronoUnit.MINUTES)).contains(Duration.ofMinutes(90));
        assertThat(DurationText.parse("90s", ChronoUnit.MINUTES)).contains(Duration.ofSeconds(90));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,0s",
        "PT0.5S,500ms",
        "PT0.0005S,0.5ms",
        "PT1S,1s",
        "PT1.5S,1.5s",
        "PT60S,1m",
        "PT90S,1m30s",
        "PT1H30M,1h30m",
        "PT24H,1d",
        "PT168H,7d",
        "PT25H0.25S,1d1h0.25s",
        "PT100H,4d4h",
        "PT10M,10m",
        "PT0.000000001S,0.000001ms"
    })
    void isPrinted(Duration time, String text) {
        assertThat(DurationText.print(time)).isEqualTo(text);
    }

    @Test
    void printedDurationIsParsed() {
        Random random = new Random(7);
        long[] steps = {1, 1_000, 1_000_000, 1_000_000_000, 60_000_000_000L, 3_600_000_000_000L, 86_400_000_000_000L};
        for (int i = 0; i < 100_000; i++) {
            long step = steps[random.nextInt(steps.length)];
            long most = Long.MAX_VALUE >>> random.nextInt(63);
            Duration time = Duration.ofNanos(random.nextLong(most) / step * step);
            assertThat(DurationText.parse(DurationText.print(time)))
                    .as(DurationText.print(time))
                    .contains(time);
        }
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        assertThat(DurationText.parse(DurationText.print(longest))).contains(longest);
    }

    @Test
    void negativeDurationIsNotPrinted() {
        assertThatIllegalArgumentException().isThrownBy(() -> DurationText.print(Duration.ofMillis(-1)));
    }
}
