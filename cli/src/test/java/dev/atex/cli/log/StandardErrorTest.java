package dev.atex.cli.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StandardErrorTest {
    private final List<String> usual = new CopyOnWriteArrayList<>();
    private final StandardError target = new StandardError(usual::add);

    private static LogRecord record(String text) {
        return new LogRecord(Instant.now(), Level.INFO, "dev.atex.run", "main", text);
    }

    @Test
    void heldLinesArePrintedAfterRelease() throws Exception {
        LogSink sink = new LogSink(Level.INFO);
        sink.start(target);
        assertThat(target.hold()).isTrue();
        sink.accept(record("meanwhile"));
        sink.close(Deadline.after(Duration.ofMillis(50)));
        assertThat(usual).isEmpty();
        target.release();
        sink.close(Deadline.after(Duration.ofSeconds(30)));
        assertThat(usual).singleElement().asString().endsWith("meanwhile");
    }

    @Test
    void displayIsClosedWhenInterrupted() throws Exception {
        List<String> display = new CopyOnWriteArrayList<>();
        target.showOn(display::add);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> target.showAsUsual(() -> display.add("closed")))
                .isInstanceOf(InterruptedException.class);
        assertThat(display).containsExactly("closed");
        target.write(List.of(record("after")), 0);
        assertThat(usual).singleElement().asString().endsWith("after");
    }

    @Test
    void displayIsClosedBeforeLinesAreOnStandardErrorAgain() throws Exception {
        List<String> display = new CopyOnWriteArrayList<>();
        target.showOn(display::add);
        assertThat(target.hold()).as("a display holds its lines itself").isFalse();
        target.write(List.of(record("one")), 0);
        LogSink sink = new LogSink(Level.INFO);
        target.showAsUsual(() -> {
            sink.start(target);
            sink.accept(record("two"));
            display.add("closed");
        });
        sink.close(Deadline.after(Duration.ofSeconds(30)));
        assertThat(display).hasSize(2).last().isEqualTo("closed");
        assertThat(usual).singleElement().asString().endsWith("two");
    }
}
