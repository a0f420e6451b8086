package dev.atex.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.aggregator.Commit;
import dev.atex.executor.Ending;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    private static final Duration AT = Duration.ofNanos(1_234_567_000);
    private static final Ending WHOLE = new Ending(
            OptionalInt.of(255),
            Optional.of(FailureClass.TIMEOUT),
            Optional.of("fail"),
            Optional.of("\"n\n"),
            Optional.of("a/b"));
    private static final Ending EMPTY =
            new Ending(OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    static final List<RunEvent> EVERY_KIND = List.of(
            new RunEvent.RunStarted(
                    Duration.ZERO,
                    Instant.parse("2026-01-02T03:04:05.678Z"),
                    "run",
                    "9@x86",
                    List.of("/a", "/ü \u4e2d"),
                    List.of(
                            new RunNote("note", "unknown-key", "has \"scrpt\"", 3, Optional.of("plans/ci.fmf:12")),
                            new RunNote("mistake", "duration", "5q\n", 1, Optional.empty()))),
            new RunEvent.RunResumed(AT, Instant.parse("2026-01-02T04:04:05Z"), List.of("/a")),
            new RunEvent.AttemptRecovered(
                    AT,
                    "/a",
                    3,
                    new OwnResult(Optional.of("pass"), Optional.empty(), Optional.of("output.txt")),
                    new Commit("18", Optional.of(Path.of("/f/a")))),
            new RunEvent.AttemptRecovered(
                    AT,
                    "/b",
                    1,
                    new OwnResult(Optional.of("pass"), Optional.empty(), Optional.empty()),
                    new FailedSubtests(2, 0, Optional.of("a \"b\"\n")),
                    new Commit("18", Optional.empty())),
            new RunEvent.ProvisionRequested(AT, "local", Integer.MAX_VALUE),
            new RunEvent.ProvisionProgress(AT, "farm", "farm-1", Map.of("state", "queued \u2028\n")),
            new RunEvent.ProvisionProgress(AT, "farm", "farm-1", Map.of()),
            new RunEvent.ProvisionCleared(AT, "local", 3),
            new RunEvent.ProvisionFailed(AT, "local", "no \u0000\t room"),
            new RunEvent.ProvisionerFailed(AT, "local", ""),
            new RunEvent.ProvisionerStopped(AT, "local", Optional.empty()),
            new RunEvent.ProvisionerStopped(AT, "local", Optional.of("left: vm-1")),
            new RunEvent.RemoteReady(AT, "local-1", "local"),
            new RunEvent.RemoteReady(AT, "vm-1", "local", Optional.of(Duration.ofHours(3))),
            new RunEvent.SetUpFinished(AT, "local-1"),
            new RunEvent.SetUpFailed(AT, "local-1", "why"),
            new RunEvent.TestStarted(AT, "local-1", "/a", 1),
            new RunEvent.TestFinished(AT, "local-1", "/a", 1, WHOLE, true, false),
            new RunEvent.TestFinished(AT, "local-1", "/a", 2, EMPTY, false, true),
            new RunEvent.AttemptIngested(AT, "/a", 2, true, new Commit("17", Optional.of(Path.of("/f/a")))),
            new RunEvent.AttemptIngested(AT, "/a", 1, false, new Commit("", Optional.empty())),
            new RunEvent.IngestFailed(AT, "/a", 2, Path.of("/artifacts/a/2"), "disk full"),
            new RunEvent.AttemptSuperseded(AT, "/a", 1, Optional.of(Path.of("/artifacts/a/1"))),
            new RunEvent.AttemptSuperseded(AT, "/a", 1, Optional.empty()),
            new RunEvent.TestFinished(AT, "local-1", "/a", 2, EMPTY, false, true, Duration.ofMillis(7)),
            new RunEvent.TestNotRun(AT, "/b", "no machine"),
            new RunEvent.TestNotRun(AT, "/b", "enough have failed", "skip"),
            new RunEvent.ReleaseStarted(AT, "local-1"),
            new RunEvent.RemoteReleased(AT, "local-1"),
            new RunEvent.ReleaseFailed(AT, "local-1", "stuck"),
            new RunEvent.HookFailed(AT, "order", "threw"),
            new RunEvent.DeadlineExpired(AT, Limit.SET_UP, "local-1"),
            new RunEvent.StopRequested(AT, "aborted by a test"),
            new RunEvent.Interrupted(AT, 2, "SIGTERM"),
            new RunEvent.RunFinished(Duration.ofDays(3).plusNanos(1_000)));

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("events.jsonl");
    }

    private static List<RunEvent> read(Path file) throws IOException {
        try (Stream<RunEvent> events = EventLog.read(file)) {
            return events.toList();
        }
    }

    private void write(List<RunEvent> events) throws IOException {
        try (EventLog log = EventLog.open(file())) {
            events.forEach(log::on);
        }
    }

    @Test
    void everyKindOfEventIsReadAsItWasWritten() throws IOException {
        Set<Class<?>> kinds = new HashSet<>();
        EVERY_KIND.forEach(event -> kinds.add(event.getClass()));
        assertThat(kinds).containsAll(GeneratedEvents.kinds());

        write(EVERY_KIND);

        assertThat(read(file())).isEqualTo(EVERY_KIND);
        assertThat(Files.readAllLines(file())).hasSize(EVERY_KIND.size());
    }

    @Test
    void lineHasDocumentedFormat() throws IOException {
        write(List.of(new RunEvent.TestFinished(AT, "local-1", "/a", 1, WHOLE, false, true)));

        assertThat(file())
                .hasContent(
                        "{\"event\":\"test-finished\",\"at\":1.234567,\"remote\":\"local-1\",\"test\":\"/a\",\"attempt\":1,"
                                + "\"exit\":255,\"failure\":\"timeout\",\"status\":\"fail\",\"note\":\"\\\"n\\n\","
                                + "\"log\":\"a/b\",\"rerun\":false,\"destroyed\":true}\n");
    }

    @Test
    void oddNamesDoNotBreakTheLog() throws IOException {
        write(List.of(
                new RunEvent.TestNotRun(AT, "/half \ud800 pair", "\u2028\u007f\ud83d\ude00"),
                new RunEvent.RunFinished(AT)));

        assertThat(read(file()))
                .containsExactly(
                        new RunEvent.TestNotRun(AT, "/half \ud800 pair", "\u2028\u007f\ud83d\ude00"),
                        new RunEvent.RunFinished(AT));
    }

    @Test
    void incompleteLastLineIsSkipped() throws IOException {
        write(EVERY_KIND);
        byte[] whole = Files.readAllBytes(file());
        int last =
                new String(whole, 0, whole.length - 1, java.nio.charset.StandardCharsets.ISO_8859_1).lastIndexOf('\n');
        for (int cut = last + 1; cut < whole.length; cut++) {
            Files.write(file(), Arrays.copyOf(whole, cut));
            assertThat(read(file())).as("cut at %d", cut).isEqualTo(EVERY_KIND.subList(0, EVERY_KIND.size() - 1));
        }
    }

    @Test
    void reopenedLogAppendsAfterLastCompleteLine() throws IOException {
        write(EVERY_KIND);
        Files.writeString(file(), "{\"event\":\"test-sta" + "x".repeat(20_000), StandardOpenOption.APPEND);
        write(List.of(new RunEvent.RunFinished(AT)));

        List<RunEvent> all = new ArrayList<>(EVERY_KIND);
        all.add(new RunEvent.RunFinished(AT));
        assertThat(read(file())).isEqualTo(all);
    }

    @Test
    void logWithOnlyIncompleteLineIsEmpty() throws IOException {
        Files.writeString(file(), "{\"event\"");
        assertThat(read(file())).isEmpty();
        write(List.of(new RunEvent.RunFinished(AT)));
        assertThat(read(file())).hasSize(1);
    }

    @Test
    void idleLogIsFlushed() throws IOException {
        try (EventLog log = EventLog.open(file())) {
            log.on(new RunEvent.ReleaseStarted(AT, "local-1"));
            log.idle();
            assertThat(read(file())).containsExactly(new RunEvent.ReleaseStarted(AT, "local-1"));
        }
    }

    @Test
    void malformedLineIsNamed() throws IOException {
        List<String> broken = List.of(
                "nonsense",
                "[]",
                "{}",
                "{\"event\":\"no-such\",\"at\":1}",
                "{\"event\":\"run-finished\"}",
                "{\"event\":\"test-started\",\"at\":1,\"remote\":\"r\",\"test\":\"/a\",\"attempt\":1.5}",
                "{\"event\":\"deadline-expired\",\"at\":1,\"limit\":\"none\",\"subject\":\"\"}");
        for (String line : broken) {
            write(List.of(new RunEvent.RunFinished(AT)));
            Files.writeString(file(), line + "\n", StandardOpenOption.APPEND);
            assertThatThrownBy(() -> read(file())).as(line).hasMessageContaining("events.jsonl, line 2");
            Files.delete(file());
        }
    }
}
