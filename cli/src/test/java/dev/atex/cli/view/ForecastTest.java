package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.RunEvent;
import dev.atex.run.model.RunModel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private final Events events = new Events();
    private final RunModel run = new RunModel();

    @Test
    void forecastIncludesDurationOfPendingRerun() {
        run.on(events.started("/a", "/b", "/c", "/d"));
        run.on(events.there("m1"));
        run.on(events.begins("m1", "/a"));
        RunEvent.TestFinished e = (RunEvent.TestFinished) events.fails("m1", "/a", true);
        Duration later = e.at().plusSeconds(600);
        run.on(new RunEvent.TestFinished(later, "m1", "/a", 1, e.ending(), true, false));
        for (String test : List.of("/b", "/c", "/d")) {
            run.on(new RunEvent.TestStarted(later, "m1", test, 1));
            run.on(new RunEvent.TestFinished(later.plusSeconds(1), "m1", test, 1, e.ending(), false, false));
        }
        run.on(new RunEvent.TestStarted(later, "m1", "/a", 2));
        assertThat(Forecast.remaining(run, later.plusSeconds(100))).contains(Duration.ofSeconds(501));
    }

    @Test
    void noForecastBeforeFirstEndOrAfterInterrupt() {
        run.on(events.started("/a", "/b"));
        run.on(events.there("m1"));
        run.on(events.begins("m1", "/a"));
        assertThat(Forecast.remaining(run, events.now())).isEmpty();
        run.on(events.passes("m1", "/a"));
        run.on(events.begins("m1", "/b"));
        assertThat(Forecast.remaining(run, events.now().minusSeconds(1))).isPresent();
        run.on(events.interrupted(1));
        assertThat(Forecast.remaining(run, events.now().minusSeconds(2))).isEmpty();
    }
}
