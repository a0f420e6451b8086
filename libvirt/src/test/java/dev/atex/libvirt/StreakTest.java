package dev.atex.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StreakTest {
    @Test
    void thirdFailureInARowEndsIt() {
        Streak streak = new Streak();
        assertThat(streak.failed(System.nanoTime())).isFalse();
        assertThat(streak.failed(System.nanoTime())).isFalse();
        assertThat(streak.failed(System.nanoTime())).isTrue();
    }

    @Test
    void machinesThatStartedTogetherCountOnce() {
        Streak streak = new Streak();
        long together = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(streak.failed(together)).isFalse();
        }
    }

    @Test
    void successBeginsAnew() {
        Streak streak = new Streak();
        streak.failed(System.nanoTime());
        streak.failed(System.nanoTime());
        streak.succeeded();
        assertThat(streak.failed(System.nanoTime())).isFalse();
    }
}
