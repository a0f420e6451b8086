package dev.atex.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.Ending;
import dev.atex.executor.FailureClass;
import dev.atex.run.RunEvent;
import dev.atex.run.model.RunModel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EventLinesTest {
    private final Events events = new Events();
    private final RunModel run = new RunModel();
    private EventLines lines = new EventLines(Style.PLAIN, false);

    @Test
    void eachFinishedTestHasOneLine() {
        assertThat(line(events.started("/a", "/b"))).isEmpty();
        assertThat(line(events.begins("m1", "/a"))).isEmpty();
        assertThat(line(events.passes("m1", "/a"))).contains("[1/2] pass  /a  1.0s on m1");
        line(events.begins("m1", "/b"));
        assertThat(line(events.fails("m1", "/b", false))).contains("[2/2] fail  /b  1.0s on m1: exit code 2");
    }

    @Test
    void linesHaveReasonsAndReruns() {
        line(events.started("/a"));
        line(events.begins("m1", "/a"));
        assertThat(line(events.fails("m1", "/a", true)))
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith("[0/1] fail").endsWith("(attempt 1, will be run again)"));
        line(events.begins("m1", "/a"));
        assertThat(line(events.timesOut("m1", "/a")))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("fail ")
                        .endsWith(": TestAbortedError(test duration timeout reached)"));
    }

    @Test
    void debugShellTimeAndExitCode0AreNotReported() {
        line(events.started("/a", "/b"));
        line(events.begins("m1", "/a"));
        Ending own = new Ending(
                OptionalInt.of(0), Optional.empty(), Optional.of("fail"), Optional.empty(), Optional.empty());
        RunEvent.TestFinished e = (RunEvent.TestFinished) events.ends("m1", "/a", own, false);
        RunEvent held = new RunEvent.TestFinished(e.at().plusSeconds(600), "m1", "/a", 1, own, false, false, e.at());
        assertThat(line(held)).contains("[1/2] fail  /a  1.0s on m1: the test reported fail and no reason");
        assertThat(line(new RunEvent.TestNotRun(e.at(), "/b", "a test has failed before", "skip")))
                .isEmpty();
    }

    @Test
    void eachStateOfRequestedMachineHasOneLine() {
        line(events.started("/a"));
        assertThat(line(events.comes("farm-1", "state", "new", "request", "r-1", "compose", "Fedora-42")))
                .contains("farm-1: new; request r-1, compose Fedora-42");
        assertThat(line(events.comes("farm-1", "state", "queued", "usually", "4-9 min", "request", "r-1")))
                .contains("farm-1: queued after 1s, usually 4-9 min; request r-1");
        assertThat(line(events.comes("farm-1", "state", "queued", "usually", "4-9 min", "request", "r-1")))
                .isEmpty();
        assertThat(line(events.comes("farm-1", "state", "running", "artifacts", "https://there.example/\u001b[2J")))
                .contains("farm-1: running after 2s; https://there.example/\\e[2J");
        assertThat(line(events.comes("farm-1"))).isEmpty();
        lines = new EventLines(Style.PLAIN, true);
        assertThat(line(events.comes("farm-2", "state", "new"))).isEmpty();
    }

    @Test
    void withStatusAreaOnlyFailuresHaveLines() {
        lines = new EventLines(Style.PLAIN, true);
        line(events.started("/a", "/b"));
        line(events.begins("m1", "/a"));
        assertThat(line(events.passes("m1", "/a"))).isEmpty();
        line(events.begins("m1", "/b"));
        assertThat(line(events.fails("m1", "/b", false))).isPresent();
    }

    @Test
    void hostileNamesAndNotesAreEscaped() {
        line(events.started("/\u001b]0;x\u0007"));
        line(events.begins("m1", "/\u001b]0;x\u0007"));
        assertThat(line(events.aborted("m1", "/\u001b]0;x\u0007", FailureClass.CONTROL, "a\nb\u001b[2J")))
                .contains("[1/1] infra /\\e]0;x\\x07  1.0s on m1: a\\nb\\e[2J");
    }

    @Test
    void interruptLineSaysWhatNextSignalDoes() {
        line(events.started("/a"));
        line(events.begins("m1", "/a"));
        assertThat(line(events.interrupted(1)))
                .hasValueSatisfying(text -> assertThat(text).contains("SIGINT", "ending 1 test,", "Again:"));
        assertThat(line(events.interrupted(2)))
                .hasValueSatisfying(text -> assertThat(text).contains("Once more"));
    }

    @Test
    void watchShowsResumeAndNoAdviceAboutSignals() {
        lines.watching();
        line(events.started("/a", "/b"));
        assertThat(line(events.interrupted(1))).contains("SIGINT: ending 0 tests, releasing machines");
        assertThat(line(new RunEvent.RunResumed(events.now(), Instant.EPOCH, List.of("/b"))))
                .contains("resumed: 1 of 2 tests left");
    }

    @Test
    void lateWatchShowsClockOfRun() {
        Instant begun = Instant.parse("2026-01-02T03:04:05Z");
        assertThat(RunDisplay.sinceStart(Duration.ofSeconds(2), begun, begun.plusSeconds(22)))
                .isEqualTo(24_000_000_000L);
        assertThat(RunDisplay.sinceStart(Duration.ofSeconds(2), begun, begun.minusSeconds(1)))
                .as("a clock that was set back")
                .isEqualTo(2_000_000_000L);
    }

    private Optional<String> line(RunEvent event) {
        run.on(event);
        return lines.line(event, run);
    }
}
