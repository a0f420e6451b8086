package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationClockTest {
    private static final long SECOND = 1_000_000_000L;

    /** Any clock's, negative too. */
    private static final long START = -5;

    private final DurationClock clock = new DurationClock(Duration.ofMinutes(5), START);
    private long now = START;

    private void pass(long seconds) {
        now += seconds * SECOND;
    }

    private void say(String argument) {
        clock.apply(DurationWord.parse(argument), now);
    }

    private long left() {
        return clock.remaining(now).toSeconds();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "90s, 90", "15m, 900", "2h, 7200", "3d, 259200", "007, 7", "36500d, 3153600000"})
    void durationsAreDigitsAndAUnit(String text, long seconds) {
        assertThat(DurationWord.parseDuration(text)).isEqualTo(Duration.ofSeconds(seconds));
        assertThat(DurationWord.parse(text)).isEqualTo(new DurationWord.Set(Duration.ofSeconds(seconds)));
        assertThat(DurationWord.parse("+" + text)).isEqualTo(new DurationWord.Move(Duration.ofSeconds(seconds)));
        assertThat(DurationWord.parse("-" + text)).isEqualTo(new DurationWord.Move(Duration.ofSeconds(-seconds)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "m",
                "5 m",
                "5M",
                "5mm",
                "1h30m",
                "1.5h",
                "++5",
                "+-5",
                "-",
                "+",
                "0x5",
                "5w",
                "Save",
                "save ",
                "restore 1",
                "36501d",
                "999999999999999999",
                "99999999999999999999",
                "٣",
                "5\n"
            })
    void malformedDurationsAreRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DurationWord.parse(text));
    }

    @Test
    void timePasses() {
        assertThat(left()).isEqualTo(300);
        pass(299);
        assertThat(left()).isEqualTo(1);
        pass(11);
        assertThat(left()).isEqualTo(-10);
    }

    @Test
    void setRestartsAndMoveContinuesClock() {
        pass(100);
        say("+60");
        assertThat(left()).isEqualTo(260);
        say("-1m");
        assertThat(left()).isEqualTo(200);
        say("10m");
        assertThat(left()).isEqualTo(600);
        pass(60);
        say("-10m");
        assertThat(left()).isEqualTo(-60);
    }

    @Test
    void restoreReturnsSavedTime() {
        pass(100);
        say("save");
        say("1h");
        pass(1000);
        say("+1h");
        say("restore");
        assertThat(left()).isEqualTo(200);
        pass(50);
        assertThat(left()).isEqualTo(150);
    }

    @Test
    void onlyTheOutermostPairCounts() {
        say("save");
        pass(10);
        say("save");
        pass(10);
        say("restore");
        assertThat(left()).isEqualTo(280);
        say("save");
        say("restore");
        assertThat(left()).isEqualTo(280);
        say("restore");
        assertThat(left()).isEqualTo(300);
        say("save");
        pass(7);
        say("restore");
        assertThat(left()).isEqualTo(300);
    }

    @Test
    void restoreWithoutSaveIsAnError() {
        assertThatIllegalStateException().isThrownBy(() -> say("restore")).withMessageContaining("without");
        say("save");
        say("restore");
        pass(1);
        assertThatIllegalStateException().isThrownBy(() -> say("restore"));
        assertThat(left()).isEqualTo(299);
    }

    @Test
    void repeatedMovesStayInRange() {
        for (int i = 0; i < 5_000; i++) {
            say("+36500d");
        }
        assertThat(clock.remaining(now)).isEqualTo(Duration.ofDays(36_500_000));
        for (int i = 0; i < 5_000; i++) {
            say("-36500d");
        }
        assertThat(clock.remaining(now)).isEqualTo(Duration.ofDays(-36_500_000));
    }
}
