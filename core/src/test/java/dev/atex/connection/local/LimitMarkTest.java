package dev.atex.connection.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitMarkTest {
    @Test
    void whatIsInsideHasTheMarksOfAllThatAreOutside() {
        LimitMark first = LimitMark.of("first", "unlimited").orElseThrow();
        LimitMark second = LimitMark.of("second", text(first)).orElseThrow();
        LimitMark third = LimitMark.of("third", text(second)).orElseThrow();
        assertThat(LimitMark.of("fourth", text(third))).isEmpty();
        assertThat(List.of(second.value(), third.value())).allMatch(first::isIn);
        assertThat(second.isIn(third.value())).isTrue();
        assertThat(third.isIn(third.value())).isTrue();
        assertThat(second.isIn(first.value())).isFalse();
        assertThat(third.isIn(second.value())).isFalse();
        assertThat(first.value()).isGreaterThan(second.value());
        assertThat(second.value()).isGreaterThan(third.value()).isPositive();
    }

    @Test
    void othersDoNotHaveIt() {
        LimitMark mark = LimitMark.of("run-1", "unlimited").orElseThrow();
        assertThat(mark.isIn(LimitMark.of("run-2", "unlimited").orElseThrow().value()))
                .isFalse();
        assertThat(mark.isIn(Long.MAX_VALUE)).isFalse();
        assertThat(mark.isIn(0)).isFalse();
        assertThat(mark.isOn(ProcessHandle.current().pid())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1024", "18446744073709551614", "none"})
    void aLimitThatSomebodyElseHasSetIsLeft(String limit) {
        assertThat(LimitMark.of("run-1", limit)).isEqualTo(Optional.empty());
    }

    private static String text(LimitMark mark) {
        return Long.toString(mark.value());
    }
}
