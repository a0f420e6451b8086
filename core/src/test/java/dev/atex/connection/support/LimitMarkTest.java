package dev.atex.connection.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitMarkTest {
    @Test
    void innerProcessKeepsMarksOfOuterOnes() {
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
    void otherProcessesDoNotHaveMark() {
        LimitMark mark = LimitMark.of("run-1", "unlimited").orElseThrow();
        assertThat(mark.isIn(LimitMark.of("run-2", "unlimited").orElseThrow().value()))
                .isFalse();
        assertThat(mark.isIn(Long.MAX_VALUE)).isFalse();
        assertThat(mark.isIn(0)).isFalse();
        assertThat(mark.isOn(ProcessHandle.current().pid())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "1024", "18446744073709551614", "none"})
    void limitSetByOthersIsNotChanged(String limit) {
        assertThat(LimitMark.of("run-1", limit)).isEqualTo(Optional.empty());
    }

    @Test
    void existingMarkIsNotAddedAgain() {
        LimitMark run = LimitMark.inOrAt("run-1", "unlimited").orElseThrow();
        assertThat(run).isEqualTo(LimitMark.of("run-1", "unlimited").orElseThrow());
        assertThat(LimitMark.inOrAt("run-1", text(run))).hasValue(run);
        LimitMark inner = LimitMark.inOrAt("run-2", text(run)).orElseThrow();
        assertThat(inner).isEqualTo(LimitMark.of("run-2", text(run)).orElseThrow());
        assertThat(LimitMark.inOrAt("run-2", text(inner))).hasValue(inner);
    }

    @Test
    void innerMarksKeepOuterMark() {
        LimitMark run = LimitMark.of("run-1", "unlimited").orElseThrow();
        LimitMark one = run.inside(1).orElseThrow();
        LimitMark last = run.inside(LimitMark.NUMBERS - 1).orElseThrow();
        assertThat(List.of(one.value(), last.value())).allMatch(run::isIn);
        assertThat(one.isIn(last.value())).isFalse();
        assertThat(last.value() >> last.below()).isEqualTo((one.value() >> one.below()) + LimitMark.NUMBERS - 2);
        LimitMark inner = LimitMark.of("inner", text(one)).orElseThrow();
        assertThat(one.isIn(inner.value())).isTrue();
        assertThat(inner.inside(1)).isEmpty();
    }

    @Test
    void partsAreNumbersInTheLimit() {
        String[] parts = LimitMark.parts("run-1").split(":");
        LimitMark first = LimitMark.of("run-1", "unlimited").orElseThrow();
        assertThat(first.value() >> first.below()).isEqualTo(Long.parseLong(parts[0]));
        LimitMark second = LimitMark.of(
                        "run-1", text(LimitMark.of("outer", "unlimited").orElseThrow()))
                .orElseThrow();
        assertThat(second.value() >> second.below() & LimitMark.NUMBERS).isEqualTo(Long.parseLong(parts[1]));
    }

    private static String text(LimitMark mark) {
        return Long.toString(mark.value());
    }
}
