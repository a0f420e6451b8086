package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusAreaTest {
    private static final TerminalSize SIZE = new TerminalSize(24, 80);
    private final Events events = new Events();
    private final RunState state = new RunState();

    @Test
    void showsRunningTestsWithMachineAndTime() {
        state.on(events.started("/a", "/b", "/c"));
        state.on(events.ready("local-2"));
        state.on(events.begins("local-1", "/a"));
        List<String> lines = StatusArea.draw(state, Duration.ofSeconds(65), SIZE, Style.PLAIN);
        assertThat(lines)
                .containsExactly(
                        "  local-2  1m04s   being set up",
                        "  local-1  1m03s   /a",
                        "0/3 done, 1 running, 2 queued, 1m05s");
    }

    @Test
    void saysWhatItWaitsFor() {
        state.on(events.started("/a"));
        assertThat(last(SIZE)).isEqualTo("0/1 done, 1 queued, waiting for a machine, 0s");
        state.on(events.ready("m1"));
        state.on(events.releasing("m1"));
        assertThat(last(SIZE)).contains("giving back m1");
    }

    @Test
    void fitsOnAnyScreenWhateverTestsAreCalled() {
        state.on(events.started("/x"));
        for (int i = 0; i < 300; i++) {
            state.on(events.begins("machine-with-a-rather-long-name-" + i, "/日本語\u001b[2J\n".repeat(30) + i));
        }
        for (int rows : new int[] {1, 2, 5, 24, 60}) {
            for (int columns : new int[] {1, 2, 10, 40, 80, 300}) {
                List<String> lines =
                        StatusArea.draw(state, Duration.ofHours(3), new TerminalSize(rows, columns), Style.PLAIN);
                assertThat(lines.size()).isLessThanOrEqualTo(Math.max(2, rows / 2));
                assertThat(lines).allSatisfy(line -> {
                    assertThat(Columns.width(line)).isLessThan(Math.max(2, columns));
                    assertThat(line).doesNotContain("\u001b", "\n");
                });
            }
        }
    }

    private String last(TerminalSize size) {
        return StatusArea.draw(state, Duration.ZERO, size, Style.PLAIN).getLast();
    }
}
