package dev.atex.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaskScopeTest {
    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    @Test
    void joinReturnsResultOrThrowsFailure() throws Exception {
        try (TaskScope scope = TaskScope.open("test")) {
            assertThat(scope.fork("result", () -> 7).join(soon())).isEqualTo(7);
            assertThat(scope.forkPlatform("kind", () -> Thread.currentThread().isVirtual())
                            .join(soon()))
                    .isFalse();
            TaskScope.Task<Void> failing = scope.run("failure", () -> {
                throw new java.io.IOException("no");
            });
            assertThatThrownBy(() -> failing.join(soon()))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("no");
        }
    }

    @Test
    void closeInterruptsAndWaits() {
        AtomicInteger ended = new AtomicInteger();
        try (TaskScope scope = TaskScope.open("test")) {
            for (int i = 0; i < 1_000; i++) {
                scope.run("waiting", () -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        ended.incrementAndGet();
                    }
                });
            }
        }
        // a body that close() overtook begins with its interrupt set
        assertThat(ended).hasValue(1_000);
    }

    @Test
    void closeObeysDeadlineAndLaterForksFail() throws Exception {
        TaskScope scope = TaskScope.open("test");
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        TaskScope.Task<Void> stubborn = scope.run("stubborn", () -> {
            begun.countDown();
            while (go.getCount() > 0) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    // this one does not listen
                }
            }
        });
        begun.await();
        assertThat(scope.close(Deadline.after(Duration.ZERO))).isFalse();
        assertThatThrownBy(() -> stubborn.join(Deadline.after(Duration.ZERO))).isInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> scope.run("late", () -> {})).isInstanceOf(IllegalStateException.class);
        go.countDown();
        assertThat(scope.close(soon())).isTrue();
        assertThat(stubborn.awaitEnd(soon())).isTrue();
        scope.close();
    }

    @Test
    void closeKeepsTheCallersInterrupt() {
        TaskScope scope = TaskScope.open("test");
        scope.run("waiting", () -> new CountDownLatch(1).await());
        Thread.currentThread().interrupt();
        scope.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void interruptReachesLaterForks() throws Exception {
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Void> before = scope.run("before", () -> new CountDownLatch(1).await());
            scope.interrupt();
            TaskScope.Task<Void> after = scope.run("after", () -> new CountDownLatch(1).await());
            for (TaskScope.Task<Void> task : java.util.List.of(before, after)) {
                assertThatThrownBy(() -> task.join(soon())).hasCauseInstanceOf(InterruptedException.class);
            }
            assertThat(scope.isInterrupted()).isTrue();
        }
    }

    @Test
    void aBodyCannotCloseItsScope() throws Exception {
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Void> self = scope.run("self", scope::close);
            assertThatThrownBy(() -> self.join(soon())).hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void forksRacingWithCloseRunCompletelyOrNotAtAll() throws Exception {
        for (int round = 0; round < 300; round++) {
            TaskScope scope = TaskScope.open("test");
            AtomicInteger begun = new AtomicInteger();
            AtomicInteger ended = new AtomicInteger();
            try (TaskScope forkers = TaskScope.open("forkers")) {
                for (int i = 0; i < 4; i++) {
                    forkers.run("forker", () -> {
                        while (true) {
                            scope.run("body", () -> {
                                begun.incrementAndGet();
                                try {
                                    new CountDownLatch(1).await();
                                } finally {
                                    ended.incrementAndGet();
                                }
                            });
                        }
                    });
                }
                scope.close();
                assertThat(ended).hasValue(begun.get());
            }
        }
    }
}
