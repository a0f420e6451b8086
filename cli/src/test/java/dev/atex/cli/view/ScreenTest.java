package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ScreenTest {
    @Test
    void plainLinesAreWrittenInOrder() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Screen screen = Screen.ofLines(new PrintStream(bytes, false, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 1000; i++) {
                screen.line("line " + i);
                screen.changed();
            }
        }
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(1000).first().isEqualTo("line 0");
        assertThat(lines.getLast()).isEqualTo("line 999");
    }

    @Test
    void areaStaysBelowLinesAndIsRemovedAtEnd() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        AtomicReference<List<String>> area = new AtomicReference<>(List.of("running", "0/2 done"));
        try (Screen screen = Screen.withArea(terminal.stream(), size -> area.get(), () -> new TerminalSize(24, 80))) {
            await(terminal, List.of("running", "0/2 done"));
            screen.line("fail /a");
            await(terminal, List.of("fail /a", "running", "0/2 done"));
            area.set(List.of("1/2 done"));
            screen.changed();
            await(terminal, List.of("fail /a", "1/2 done"));
            screen.line("fail /b");
            screen.line("fail /c");
        }
        assertThat(terminal.shown()).containsExactly("fail /a", "fail /b", "fail /c", "");
    }

    @Test
    void resizeReadsSizeAgain() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        AtomicReference<TerminalSize> size = new AtomicReference<>(new TerminalSize(24, 80));
        try (Screen screen =
                Screen.withArea(terminal.stream(), now -> List.of(now.columns() + " columns"), size::get)) {
            await(terminal, List.of("80 columns"));
            size.set(new TerminalSize(10, 40));
            screen.resized();
            await(terminal, List.of("40 columns"));
        }
    }

    @Test
    void holdLeavesTerminalToOthers() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        try (Screen screen =
                Screen.withArea(terminal.stream(), size -> List.of("area"), () -> new TerminalSize(24, 80))) {
            await(terminal, List.of("area"));
            screen.line("before");
            screen.hold();
            assertThat(terminal.shown()).containsExactly("before", "");
            terminal.frames.clear();
            screen.line("meanwhile");
            screen.changed();
            screen.resized();
            terminal.stream().print("somebody else\n");
            screen.release();
            await(terminal, List.of("before", "somebody else", "meanwhile", "area"));
        }
        assertThat(terminal.shown()).containsExactly("before", "somebody else", "meanwhile", "");
    }

    @Test
    void logLinesWaitWhileScreenIsHeldAndNobodyWaitsAfterItsEnd() throws Exception {
        FakeTerminal terminal = new FakeTerminal();
        AtomicInteger taken = new AtomicInteger();
        Thread log;
        try (Screen screen =
                Screen.withArea(terminal.stream(), size -> List.of("area"), () -> new TerminalSize(24, 80))) {
            screen.hold();
            log = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (int i = 0; i < 5_000; i++) {
                        screen.logLine("log " + i);
                        taken.incrementAndGet();
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            while (log.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(taken).hasValueLessThan(5_000);
            screen.line("of the run");
            screen.release();
        }
        log.join();
        assertThat(taken).hasValue(5_000);
        assertThat(terminal.shown()).contains("log 0", "of the run");
    }

    /** Waits until the terminal shows this. */
    private static void await(FakeTerminal terminal, List<String> expected) throws InterruptedException {
        List<String> last = List.of();
        while (!last.equals(expected)) {
            List<String> next = terminal.frames.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("after %s", last).isNotNull();
            last = next;
        }
    }
}
