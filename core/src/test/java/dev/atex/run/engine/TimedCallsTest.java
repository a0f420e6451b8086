package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchdogTest {
    @Test
    void slowCallIsInterruptedAndFlagCleared() throws Exception {
        TimedCalls watchdog = new TimedCalls(Duration.ofMillis(50));
        try (TaskScope scope = TaskScope.open("test")) {
            scope.run("watchdog", watchdog::run);
            for (int i = 0; i < 3; i++) { // it has gone to sleep in between
                assertThatThrownBy(() -> watchdog.call(() -> new CountDownLatch(1).await()))
                        .isInstanceOf(TimeoutException.class);
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void exceptionOfCallIsThrown() {
        TimedCalls watchdog = new TimedCalls(Duration.ofDays(1));
        assertThatThrownBy(() -> watchdog.call(() -> {
                    throw new StackOverflowError("deep");
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> watchdog.call(() -> {
                    throw new java.io.IOException("io");
                }))
                .isInstanceOf(java.io.IOException.class);
    }

    @Test
    void interruptAllEndsCurrentAndLaterCalls() throws Exception {
        TimedCalls watchdog = new TimedCalls(Duration.ofDays(1));
        CountDownLatch inCall = new CountDownLatch(1);
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Void> call = scope.run(
                    "call",
                    () -> watchdog.call(() -> {
                        inCall.countDown();
                        new CountDownLatch(1).await();
                    }));
            inCall.await();
            watchdog.interruptAll();
            assertThatThrownBy(() -> call.join(Deadline.never()))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
        assertThatThrownBy(() -> watchdog.call(() -> new CountDownLatch(1).await()))
                .isInstanceOf(TimeoutException.class);
        watchdog.call(() -> assertThat(Thread.currentThread().isInterrupted()).isTrue());
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
