package dev.atex.cli.tf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.testingfarm.api.FarmRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TfTimesTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private static TfTimes times(String state, String more) throws JsonException {
        String text = "{\"created\": \"2026-11-30T11:00:00.000001\", \"settings\": {\"pipeline\": {\"timeout\": 120}}"
                + more + "}";
        Map<String, Object> json = new LinkedHashMap<>();
        ((Map<?, ?>) Json.parse(text.getBytes(StandardCharsets.UTF_8)))
                .forEach((name, value) -> json.put((String) name, value));
        return TfTimes.of(new FarmRequest("id", state, json), NOW);
    }

    private static Optional<Duration> about(Optional<Duration> time) {
        return time.map(each -> Duration.ofMinutes(Math.round(each.toSeconds() / 60.0)));
    }

    @Test
    void timeLeftCountsFromStartOfPipeline() throws Exception {
        TfTimes times = times("running", ", \"queued_time\": 1200.5, \"run_time\": null");
        assertThat(about(times.age())).contains(Duration.ofMinutes(60));
        assertThat(about(times.queued())).contains(Duration.ofMinutes(20));
        assertThat(about(times.ran())).contains(Duration.ofMinutes(40));
        assertThat(about(times.left())).contains(Duration.ofMinutes(80));
    }

    @Test
    void queuedRequestHasAllTimeLeft() throws Exception {
        for (String state : new String[] {"new", "queued"}) {
            TfTimes times = times(state, ", \"queued_time\": null, \"run_time\": null");
            assertThat(about(times.queued())).contains(Duration.ofMinutes(60));
            assertThat(times.ran()).isEmpty();
            assertThat(times.left()).isEmpty();
        }
    }

    @Test
    void endReportedByServiceIsUsed() throws Exception {
        TfTimes times = times("complete", ", \"queued_time\": 60, \"run_time\": 600");
        assertThat(times.queued()).contains(Duration.ofMinutes(1));
        assertThat(times.ran()).contains(Duration.ofMinutes(10));
        assertThat(times.left()).isEmpty();
    }

    @Test
    void runningRequestWithoutQueueTimeHasUnknownTimeLeft() throws Exception {
        assertThat(times("running", "").left()).isEmpty();
    }

    @Test
    void durationsAreFormattedForPeople() {
        assertThat(TfTimes.text(Duration.ofSeconds(59))).isEqualTo("59s");
        assertThat(TfTimes.text(Duration.ofSeconds(61))).isEqualTo("1m01s");
        assertThat(TfTimes.text(Duration.ofSeconds(660))).isEqualTo("11m");
        assertThat(TfTimes.text(Duration.ofMinutes(185))).isEqualTo("3h05m");
        assertThat(TfTimes.text(Duration.ofHours(55))).isEqualTo("2d07h");
    }
}
