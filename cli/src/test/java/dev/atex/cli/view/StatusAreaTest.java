package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.model.RunModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusAreaTest {
    private static final TerminalSize SIZE = new TerminalSize(24, 80);
    private final Events events = new Events();
    private final RunModel run = new RunModel();

    @Test
    void showsRunningTestsWithMachineAndTime() {
        run.on(events.started("/a", "/b", "/c"));
        run.on(events.ready("local-2"));
        run.on(events.there("local-1"));
        run.on(events.begins("local-1", "/a"));
        List<String> lines = StatusArea.draw(run, _ -> "", Duration.ofSeconds(65), SIZE, Style.PLAIN);
        assertThat(lines)
                .containsExactly(
                        "  local-2  1m04s   being set up",
                        "  local-1  1m03s   /a",
                        "0/3 done, 1 running, 2 queued, 1m05s");
    }

    @Test
    void showsWhatRunWaitsFor() {
        run.on(events.started("/a"));
        assertThat(last(SIZE)).isEqualTo("0/1 done, 1 queued, waiting for a machine, 0s");
        run.on(events.ready("m1"));
        run.on(events.releasing("m1"));
        assertThat(last(SIZE)).contains("releasing m1");
    }

    @Test
    void showsStateOfRequestedMachines() {
        TerminalSize wide = new TerminalSize(24, 120);
        run.on(events.started("/a", "/b", "/c"));
        run.on(events.comes("farm-1", "state", "queued", "usually", "4-9 min", "request", "r-1"));
        run.on(events.comes("farm-2", "state", "new", "request", "\u001b[2J"));
        String url = "https://artifacts.example/r-1";
        run.on(events.comes("farm-1", "state", "queued", "usually", "4-9 min", "request", "r-1", "artifacts", url));
        assertThat(StatusArea.draw(run, _ -> "", Duration.ofMinutes(12), wide, Style.PLAIN))
                .containsExactly(
                        "  farm-2  11m58s  new; request \\e[2J",
                        "  farm-1  11m59s  queued, usually 4-9 min; " + url,
                        "0/3 done, 3 queued, waiting for a machine, 12m00s");
        run.on(events.comes("farm-2"));
        run.on(events.ready("farm-1"));
        assertThat(StatusArea.draw(run, _ -> "", Duration.ofSeconds(6), wide, Style.PLAIN))
                .containsExactly("  farm-1  1s      being set up", "0/3 done, 3 queued, 6s");
    }

    @Test
    void fitsOnScreenWithManyRequestedMachines() {
        run.on(events.started("/x"));
        for (int i = 0; i < 50; i++) {
            run.on(events.comes("farm-" + i, "state", "\u001b[2J".repeat(30), "request", "\n"));
        }
        for (int rows : new int[] {1, 5, 24, 60}) {
            List<String> lines =
                    StatusArea.draw(run, _ -> "", Duration.ofHours(3), new TerminalSize(rows, 40), Style.PLAIN);
            assertThat(lines.size()).isLessThanOrEqualTo(Math.max(2, rows / 2));
            assertThat(lines).allSatisfy(line -> {
                assertThat(Columns.width(line)).isLessThan(40);
                assertThat(line).doesNotContain("\u001b", "\n");
            });
        }
        run.on(events.stopped("farm"));
        assertThat(StatusArea.draw(run, _ -> "", Duration.ZERO, SIZE, Style.PLAIN))
                .hasSize(1);
    }

    @Test
    void fitsOnScreenWithAnyTestName() {
        run.on(events.started("/x"));
        for (int i = 0; i < 300; i++) {
            run.on(events.there("machine-with-a-rather-long-name-" + i));
            run.on(events.begins("machine-with-a-rather-long-name-" + i, "/日本語\u001b[2J\n".repeat(30) + i));
        }
        for (int rows : new int[] {1, 2, 5, 24, 60}) {
            for (int columns : new int[] {1, 2, 10, 40, 80, 300}) {
                List<String> lines = StatusArea.draw(
                        run, _ -> "", Duration.ofHours(3), new TerminalSize(rows, columns), Style.PLAIN);
                assertThat(lines.size()).isLessThanOrEqualTo(Math.max(2, rows / 2));
                assertThat(lines).allSatisfy(line -> {
                    assertThat(Columns.width(line)).isLessThan(Math.max(2, columns));
                    assertThat(line).doesNotContain("\u001b", "\n");
                });
            }
        }
    }

    private String last(TerminalSize size) {
        return StatusArea.draw(run, _ -> "", Duration.ZERO, size, Style.PLAIN).getLast();
    }
}
