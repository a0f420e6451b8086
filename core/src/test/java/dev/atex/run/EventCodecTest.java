package dev.atex.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.run.model.RunModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format of the event log over versions: what is written is read, also by older and newer programs. */
class EventCodecTest {
    private static final String NEWER = """
            {"event":"run-started","at":0.0,"format":"1.9","wall-clock":"2026-01-02T03:04:05Z","run-id":"r","platform":"p",\
            "tests":["/a"],"color":"blue"}
            {"event":"machine-painted","at":0.5,"color":"blue"}
            {"event":"deadline-expired","at":0.6,"limit":"painting","subject":""}
            {"event":"machine-painted","at":0.7,"color":"red"}
            {"event":"run-resumed","at":0.8,"wall-clock":"soon","tests":[]}
            {"event":"test-not-run","at":1.0,"test":"/a","reason":"no machine"}
            {"event":"run-finished","at":2.0}
            """;

    @TempDir
    Path directory;

    private Path log(String text) throws IOException {
        return Files.writeString(directory.resolve("events.jsonl"), text);
    }

    private Path golden(String name) throws IOException {
        Path file = directory.resolve(name);
        try (InputStream in = Objects.requireNonNull(EventCodecTest.class.getResourceAsStream(name))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private static List<RunEvent> read(Path file) throws IOException {
        try (Stream<RunEvent> events = EventLog.read(file)) {
            return events.toList();
        }
    }

    static List<Class<? extends RunEvent>> kinds() {
        return GeneratedEvents.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void generatedEventIsReadAsItWasWritten(Class<? extends RunEvent> kind) throws IOException {
        List<RunEvent> events = new ArrayList<>();
        for (int seed = 0; seed < 200; seed++) {
            events.add(new GeneratedEvents(seed).event(kind));
        }
        Path file = directory.resolve("events.jsonl");
        try (EventLog log = EventLog.open(file)) {
            events.forEach(log::on);
        }
        assertThat(read(file)).isEqualTo(events);
    }

    @Test
    void factWithHalfASurrogatePairInItsNameIsReadable() throws IOException {
        Path file = directory.resolve("events.jsonl");
        try (EventLog log = EventLog.open(file)) {
            log.on(new RunEvent.ProvisionProgress(Duration.ZERO, "farm", "farm-1", Map.of("a\ud800", "b\ud800")));
        }
        assertThat(read(file))
                .containsExactly(
                        new RunEvent.ProvisionProgress(Duration.ZERO, "farm", "farm-1", Map.of("a?", "b\ud800")));
    }

    @Test
    void unknownEventIsNeverWritten() throws IOException {
        try (EventLog log = EventLog.open(directory.resolve("events.jsonl"))) {
            assertThatThrownBy(() -> log.on(new RunEvent.Unknown(Duration.ZERO, "painted")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void logOfFormatOneZeroIsRead() throws IOException {
        List<RunEvent> events = new ArrayList<>(EventLogTest.EVERY_KIND);
        events.removeIf(event -> event instanceof RunEvent.AttemptRecovered e
                && e.subtests().first().isPresent()); // names of subtests came with 1.1
        assertThat(read(golden("every-event-1.0.jsonl"))).isEqualTo(events);
    }

    @Test
    void logOfFormatOneOneIsReadAndWrittenTheSame() throws IOException {
        Path golden = golden("every-event-1.1.jsonl");
        assertThat(read(golden)).isEqualTo(EventLogTest.EVERY_KIND);
        Path file = directory.resolve("events.jsonl");
        try (EventLog log = EventLog.open(file)) {
            EventLogTest.EVERY_KIND.forEach(log::on);
        }
        assertThat(file).hasSameTextualContentAs(golden);
    }

    @Test
    void historyOfResumedRunOfFormatOneZeroIsAsItWas() throws IOException {
        RunModel history = new RunModel().read(golden("resumed-run-1.0.jsonl"));
        assertThat(history.state()).isEqualTo(RunModel.State.FINISHED);
        assertThat(history.notes()).hasSize(1);
        assertThat(history.summary().outcomes().stream()
                        .map(o -> o.test() + " " + o.word() + " " + o.attempts() + " "
                                + o.note().orElse("")))
                .containsExactly(
                        "/a pass 1 ",
                        "/b fail 2 exit code 1",
                        "/c pass 2 ",
                        "/skip pass 1 ",
                        "/slow fail 2 TestAbortedError(test duration timeout reached)");
    }

    @Test
    void unknownEventsOfNewerMinorVersionAreSkippedAndReportedOnce() throws IOException {
        Path file = log(NEWER);
        assertThat(read(file).stream().filter(RunEvent.Unknown.class::isInstance))
                .hasSize(4);
        RunModel history = new RunModel().read(file);
        assertThat(history.isNewer()).isTrue();
        assertThat(history.notes())
                .extracting(RunNote::line)
                .containsExactly(
                        "note: events of a newer version of atex are left out: deadline-expired, machine-painted, run-resumed"
                                + " (4 times)");
        assertThat(history.summary().outcomes().getFirst().note()).contains("no machine");
    }

    @Test
    void tailKeepsTheVersionFromOneReadToTheNext() throws IOException {
        String[] lines = NEWER.split("(?<=\n)");
        Path file = log(lines[0]);
        List<RunEvent> seen = new ArrayList<>();
        try (EventTail tail = EventTail.open(file)) {
            tail.read(seen::add);
            Files.writeString(file, lines[1], StandardOpenOption.APPEND);
            tail.read(seen::add);
        }
        assertThat(seen.getLast()).isEqualTo(new RunEvent.Unknown(Duration.ofMillis(500), "machine-painted"));
    }

    @Test
    void unknownEventOfSameVersionIsAnError() throws IOException {
        Path file = log(NEWER.replace("1.9", EventFormat.CURRENT.toString()));
        assertThatThrownBy(() -> read(file)).hasMessageContaining("line 2").hasMessageContaining("machine-painted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0", "0.9", "2.1"})
    void otherMajorVersionIsAnErrorThatNamesBoth(String version) throws IOException {
        Path file = log(NEWER.replace("1.9", version));
        assertThatThrownBy(() -> read(file)).hasMessageContaining(version).hasMessageContaining("1.x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.2.3", "", "1.x", "99999999999.1"})
    void malformedVersionIsAnError(String version) throws IOException {
        Path file = log(NEWER.replace("1.9", version));
        assertThatThrownBy(() -> read(file)).hasMessageContaining("'format' is not a version");
    }
}
