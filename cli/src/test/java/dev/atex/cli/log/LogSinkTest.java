package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogSinkTest {
    private static final Deadline FAR = Deadline.after(Duration.ofSeconds(30));

    /** Keeps texts; can be made to wait, and to fail. */
    private static class Kept implements LogTarget {
        final List<String> texts = new CopyOnWriteArrayList<>();
        final CountDownLatch go;
        volatile boolean closed;

        Kept(int latch) {
            go = new CountDownLatch(latch);
        }

        @Override
        public int write(List<LogRecord> records, long missing) {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (missing > 0) {
                texts.add(missing + " missing");
            }
            records.forEach(record -> texts.add(record.text()));
            return 0;
        }

        @Override
        public String problem() {
            return "";
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static LogRecord record(Level level, String text) {
        return new LogRecord(Instant.now(), level, "dev.atex.run", "main", text);
    }

    @Test
    void recordsKeptBeforeStartAreWrittenFirstAndInOrder() throws InterruptedException {
        LogSink sink = new LogSink(Level.DEBUG);
        Kept target = new Kept(0);
        sink.accept(record(Level.DEBUG, "early"));
        sink.start(target);
        sink.accept(record(Level.INFO, "late"));
        sink.close(FAR);
        assertThat(target.texts).containsExactly("early", "late");
        assertThat(target.closed).isTrue();
        assertThat(sink.problem()).isEmpty();
    }

    @Test
    void lowerLevelsAreNotTaken() throws InterruptedException {
        LogSink sink = new LogSink(Level.INFO);
        Kept target = new Kept(0);
        sink.start(target);
        sink.accept(record(Level.DEBUG, "debug"));
        sink.accept(record(Level.WARNING, "warning"));
        sink.close(FAR);
        assertThat(target.texts).containsExactly("warning");
    }

    @Test
    void stalledTargetLosesRecordsAndBlocksNobody() throws InterruptedException {
        LogSink sink = new LogSink(Level.DEBUG);
        Kept target = new Kept(1);
        sink.start(target);
        int many = 20_000;
        IntStream.range(0, many).forEach(i -> sink.accept(record(Level.DEBUG, "message " + i)));
        sink.close(Deadline.after(Duration.ofMillis(50)));
        assertThat(sink.problem())
                .isEqualTo(many + " lines are missing: they could not be written as fast as they came");
        target.go.countDown();
    }

    @Test
    void droppedRecordsAreNotedInTheTarget() throws InterruptedException {
        LogSink sink = new LogSink(Level.DEBUG);
        int many = 20_000;
        IntStream.range(0, many).forEach(i -> sink.accept(record(Level.DEBUG, "message")));
        Kept target = new Kept(0);
        sink.start(target);
        sink.close(FAR);
        long written = target.texts.stream().filter("message"::equals).count();
        assertThat(target.texts).contains((many - written) + " missing");
        assertThat(sink.problem()).startsWith((many - written) + " lines are missing");
    }
}
