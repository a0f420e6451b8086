package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoggedWorkTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();
    private final Inbox inbox = new Inbox();
    private TaskScope work;
    private LoggedWork logged;

    @BeforeEach
    void start() {
        work = TaskScope.open("work");
        logged = new LoggedWork(work, inbox);
        logged.start();
    }

    @AfterEach
    void close() throws Exception {
        assertThat(logged.close(Deadline.after(Duration.ofSeconds(30)))).isTrue();
        work.close();
    }

    /** Returns what the writer of the log runs when the events before the work are written. */
    private Runnable add(String name) {
        logged.add("store", () -> done.add(name));
        return logged.passOn().orElseThrow();
    }

    /** Reports that the events are written, and does what the coordinator does then. */
    private void write(Runnable written) {
        written.run();
        List<Inbox.Report> reports = new ArrayList<>();
        inbox.poll(reports);
        reports.forEach(report -> assertThat(report.at(Duration.ZERO)).isNull());
    }

    private String next() throws InterruptedException {
        return done.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void workStartsAfterItsEventsAreWritten() throws Exception {
        Runnable first = add("first");
        assertThat(done.poll(100, TimeUnit.MILLISECONDS)).isNull();
        write(first);
        assertThat(next()).isEqualTo("first");
    }

    @Test
    void workWaitsForLogAgainAfterLogHung() throws Exception {
        Runnable hanging = add("during the hang");
        assertThat(next()).isEqualTo("during the hang");
        Runnable _ = add("also during the hang");
        assertThat(next()).isEqualTo("also during the hang");
        write(hanging);
        Runnable later = add("later");
        assertThat(done.poll(100, TimeUnit.MILLISECONDS)).isNull();
        write(later);
        assertThat(next()).isEqualTo("later");
    }

    @Test
    void closingStartsWhatWaits() throws Exception {
        Runnable _ = add("first");
        logged.add("store", () -> done.add("second"));
        assertThat(logged.close(Deadline.after(Duration.ofSeconds(30)))).isTrue();
        assertThat(List.of(next(), next())).containsExactlyInAnyOrder("first", "second");
    }
}
