package dev.atex.testingfarm.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestCacheTest {
    private static final String ID = "r1";
    private static final Duration HOUR = Duration.ofHours(1);

    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }

    private static FarmRequest request(String state) {
        return new FarmRequest(ID, state, Map.of());
    }

    private FarmRequest slow(String id, Deadline deadline) throws InterruptedException {
        reading.countDown();
        answer.await();
        return request("running");
    }

    @Test
    void deadlineEndsWaitForReadOfAnotherCaller() throws Exception {
        RequestCache cache = new RequestCache(HOUR, this::slow);
        try (TaskScope scope = TaskScope.open("test")) {
            TaskScope.Task<FarmRequest> other = scope.fork("reader", () -> cache.recent(ID, Deadline.never()));
            reading.await();
            Deadline expired = Deadline.after(Duration.ofMillis(10));
            assertThat(cache.after(ID, System.nanoTime(), expired)).isEmpty();
            assertThatThrownBy(() -> cache.recent(ID, expired)).isInstanceOf(ApiException.Unavailable.class);
            assertThatThrownBy(() -> cache.next(request("new"), expired)).isInstanceOf(ApiException.Unavailable.class);
            answer.countDown();
            assertThat(other.join(soon()).state()).isEqualTo("running");
        }
    }

    @Test
    void callerThatWaitsForNextStateBlocksNobody() throws Exception {
        RequestCache cache = new RequestCache(HOUR, this::slow);
        FarmRequest first = request("new");
        cache.put(first);
        try (TaskScope scope = TaskScope.open("test")) {
            CountDownLatch begun = new CountDownLatch(1);
            Thread[] thread = new Thread[1];
            TaskScope.Task<FarmRequest> waiting = scope.fork("waiting", () -> {
                thread[0] = Thread.currentThread();
                begun.countDown();
                return cache.next(first, Deadline.never());
            });
            begun.await();
            while (thread[0].getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1); // there is no event for it
            }
            assertThat(cache.recent(ID, soon())).isSameAs(first);
            assertThat(cache.after(ID, System.nanoTime(), soon())).isEmpty();
            FarmRequest second = request("queued");
            cache.put(second);
            assertThat(waiting.join(soon())).isSameAs(second);
        }
    }

    @Test
    void deadlineEndsWaitForNextState() {
        RequestCache cache = new RequestCache(HOUR, this::slow);
        FarmRequest first = request("new");
        cache.put(first);
        assertThatThrownBy(() -> cache.next(first, Deadline.after(Duration.ofMillis(10))))
                .isInstanceOf(ApiException.Unavailable.class)
                .hasMessageContaining("GET /v0.1/requests/r1");
    }
}
