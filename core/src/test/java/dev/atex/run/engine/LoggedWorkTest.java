package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggedWorkTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private TaskScope work;
    private LoggedWork logged;

    @BeforeEach
    void start() {
        work = TaskScope.open("work");
        logged = new LoggedWork(work, new Inbox());
        logged.start();
    }

    @AfterEach
    void close() throws Exception {
        assertThat(logged.close(Deadline.after(Duration.ofSeconds(30)))).isTrue();
        work.close();
    }

    private CountDownLatch add(String name) {
        CountDownLatch latch = new CountDownLatch(1);
        logged.run(latch, "store", () -> done.add(name));
        return latch;
    }

    private String next() throws InterruptedException {
        return done.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void workStartsAfterItsEventsAreWritten() throws Exception {
        CountDownLatch first = add("first");
        assertThat(done.poll(100, TimeUnit.MILLISECONDS)).isNull();
        first.countDown();
        assertThat(next()).isEqualTo("first");
    }

    @Test
    void workWaitsForLogAgainAfterLogHung() throws Exception {
        CountDownLatch hanging = add("during the hang");
        assertThat(next()).isEqualTo("during the hang");
        add("also during the hang");
        assertThat(next()).isEqualTo("also during the hang");
        hanging.countDown();
        CountDownLatch later = add("later");
        assertThat(done.poll(100, TimeUnit.MILLISECONDS)).isNull();
        later.countDown();
        assertThat(next()).isEqualTo("later");
    }

    @Test
    void closingStartsWhatWaits() throws Exception {
        add("first");
        add("second");
        assertThat(logged.close(Deadline.after(Duration.ofSeconds(30)))).isTrue();
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("first", "second");
    }
}
