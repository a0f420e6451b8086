package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.RunEvent;
import dev.atex.run.model.RunModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each event is a second after the one before. */
class MachineTimeTest {
    private final Events events = new Events();
    private final RunModel run = new RunModel();

    @Test
    void countsTimeFromReadyToReleasedAndShareOfTests() {
        run.on(events.started("/a", "/b"));
        assertThat(MachineTime.of(run).text()).isEmpty();
        run.on(events.ready("m1")); // 1
        run.on(events.setUp("m1"));
        run.on(events.begins("m1", "/a")); // 3
        run.on(events.ready("m2")); // 4
        run.on(events.passes("m1", "/a")); // 5
        run.on(events.begins("m2", "/b")); // 6
        run.on(events.releasing("m1"));
        run.on(events.released("m1")); // 8
        assertThat(MachineTime.of(run).use().present()).isEqualTo(Duration.ofSeconds(7 + 4));
        assertThat(MachineTime.of(run).use().busy()).isEqualTo(Duration.ofSeconds(2 + 2));
        run.on(events.passes("m2", "/b")); // 9
        run.on(events.released("m2")); // 10
        assertThat(MachineTime.of(run).use().present()).isEqualTo(Duration.ofSeconds(7 + 6));
        assertThat(MachineTime.of(run).use().busy()).isEqualTo(Duration.ofSeconds(2 + 3));
        assertThat(MachineTime.of(run).text()).isEmpty();
        run.on(new RunEvent.RemoteReady(Duration.ofSeconds(10), "m3", "local"));
        run.on(new RunEvent.RemoteReleased(Duration.ofSeconds(250), "m3"));
        assertThat(MachineTime.of(run).text())
                .isEqualTo("3 machines for 4.2 machine-minutes, 2 % of them running tests");
    }

    @Test
    void machinesOfEarlierSessionAreGone() {
        run.on(events.started("/a"));
        run.on(events.ready("m1")); // 1
        run.on(events.begins("m1", "/a")); // 2
        run.on(events.ready("m2")); // 3: killed
        run.on(new RunEvent.RunResumed(Duration.ofSeconds(3), Instant.EPOCH, List.of("/a")));
        assertThat(MachineTime.of(run).use().present()).isEqualTo(Duration.ofSeconds(2));
        assertThat(MachineTime.of(run).use().busy()).isEqualTo(Duration.ofSeconds(1));
    }
}
