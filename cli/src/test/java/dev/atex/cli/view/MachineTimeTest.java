package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.orchestrator.RunEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each event is a second after the one before. */
class MachineTimeTest {
    private final Events events = new Events();
    private final MachineTime time = new MachineTime();

    @Test
    void fromReadyToGoneAndTheShareThatRanTests() {
        time.on(events.started("/a", "/b"));
        assertThat(time.text()).isEmpty();
        time.on(events.ready("m1")); // 1
        time.on(events.setUp("m1"));
        time.on(events.begins("m1", "/a")); // 3
        time.on(events.ready("m2")); // 4
        time.on(events.passes("m1", "/a")); // 5
        time.on(events.begins("m2", "/b")); // 6
        time.on(events.releasing("m1"));
        time.on(events.released("m1")); // 8
        assertThat(time.present()).isEqualTo(Duration.ofSeconds(7 + 4));
        assertThat(time.busy()).isEqualTo(Duration.ofSeconds(2 + 2));
        time.on(events.passes("m2", "/b")); // 9
        time.on(events.released("m2")); // 10
        assertThat(time.present()).isEqualTo(Duration.ofSeconds(7 + 6));
        assertThat(time.busy()).isEqualTo(Duration.ofSeconds(2 + 3));
        assertThat(time.text()).isEmpty();
        time.on(new RunEvent.RemoteReady(Duration.ofSeconds(10), "m3", "local"));
        time.on(new RunEvent.RemoteReleased(Duration.ofSeconds(250), "m3"));
        assertThat(time.text()).isEqualTo("3 machines for 4.2 machine-minutes, 2 % of them running tests");
    }

    @Test
    void whatAnEarlierSittingHadIsGoneWithIt() {
        time.on(events.started("/a"));
        time.on(events.ready("m1")); // 1
        time.on(events.begins("m1", "/a")); // 2
        time.on(events.ready("m2")); // 3: killed
        time.on(new RunEvent.RunResumed(Duration.ofSeconds(3), Instant.EPOCH, List.of("/a")));
        assertThat(time.present()).isEqualTo(Duration.ofSeconds(2));
        assertThat(time.busy()).isEqualTo(Duration.ofSeconds(1));
    }
}
