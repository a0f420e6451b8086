package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BacklogTest {
    private final Backlog backlog = new Backlog(Duration.ofMillis(10));

    @Test
    void fewEventsAreNotWaitedFor() throws Exception {
        backlog.add(Backlog.MANY - 1);
        backlog.await();
        assertThat(backlog.isHanging()).isFalse();
    }

    @Test
    void listenerThatHangsIsWaitedForOnce() throws Exception {
        backlog.add(Backlog.MANY);
        backlog.await();
        assertThat(backlog.isHanging()).isTrue();
        Thread.currentThread().interrupt(); // a wait would throw
        backlog.await();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void listenerThatCaughtUpIsWaitedForAgain() throws Exception {
        backlog.add(Backlog.MANY);
        backlog.await();
        backlog.remove(Backlog.MANY);
        backlog.await();
        assertThat(backlog.isHanging()).isFalse();
        backlog.add(Backlog.MANY);
        Thread.currentThread().interrupt();
        assertThatThrownBy(backlog::await).isInstanceOf(InterruptedException.class);
    }

    @Test
    void waitEndsWhenHalfOfTheEventsAreHandled() throws Exception {
        Backlog patient = new Backlog(Duration.ofSeconds(120));
        patient.add(Backlog.MANY);
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<Boolean> waiting = scope.fork("coordinator", () -> {
                patient.await();
                return patient.isHanging();
            });
            patient.remove(Backlog.MANY / 2);
            assertThat(waiting.join(Deadline.after(Duration.ofSeconds(30)))).isFalse();
        }
    }
}
