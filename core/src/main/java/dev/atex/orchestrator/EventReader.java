package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.executor.OwnResult;
import dev.atex.files.FileProblems;
import dev.atex.json.Json;
import dev.atex.json.JsonException;
import dev.atex.json.JsonNumber;
import dev.atex.json.LineReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the lines of an event log; see {@code docs/events.md}. Members that are not known are left out. */
final class EventReader extends Spliterators.AbstractSpliterator<RunEvent> {
    private static final Duration LONGEST_RUN = Duration.ofDays(36_500);
    private static final Instant LAST_YEAR = Instant.parse("9800-01-01T00:00:00Z");

    private final Path file;
    private final long end;
    private final LineReader lines;
    private long read;

    /** Reads the events of {@code file} up to the byte {@code end}, which is the end of a line. */
    EventReader(Path file, FileChannel channel, long end) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.file = file;
        this.end = end;
        lines = new LineReader(Channels.newInputStream(channel));
    }

    @Override
    public boolean tryAdvance(Consumer<? super RunEvent> action) {
        if (read >= end) {
            return false;
        }
        try {
            if (!lines.next()) {
                return false;
            }
            read += lines.length() + 1L;
            action.accept(new Fields(lines).event());
            return true;
        } catch (JsonException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new UncheckedIOException(new IOException(
                    file + ", line " + lines.number() + ": not an event of a run: "
                            + (e instanceof JsonException json ? json.messageInLine() : e.getMessage()),
                    e));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + FileProblems.of(e), e);
        }
    }

    /** The members of one line's object. */
    private static final class Fields {
        private final Map<?, ?> map;

        Fields(LineReader at) throws JsonException {
            if (!(Json.parse(at.buffer(), at.offset(), at.length()) instanceof Map<?, ?> object)) {
                throw new IllegalArgumentException("not an object");
            }
            map = object;
        }

        private Fields(Map<?, ?> members) {
            map = members;
        }

        RunEvent event() {
            Duration at = time("at");
            String kind = text("event");
            return switch (kind) {
                case "run-started" ->
                    new RunEvent.RunStarted(at, wallClock(), text("run-id"), text("platform"), texts("tests"), notes());
                case "run-resumed" -> new RunEvent.RunResumed(at, wallClock(), texts("tests"));
                case "provision-requested" -> new RunEvent.ProvisionRequested(at, text("provisioner"), number("count"));
                case "provision-progress" ->
                    new RunEvent.ProvisionProgress(at, text("provisioner"), text("remote"), textsByName("facts"));
                case "provision-cleared" -> new RunEvent.ProvisionCleared(at, text("provisioner"), number("dropped"));
                case "provision-failed" -> new RunEvent.ProvisionFailed(at, text("provisioner"), text("message"));
                case "provisioner-failed" -> new RunEvent.ProvisionerFailed(at, text("provisioner"), text("message"));
                case "provisioner-stopped" ->
                    new RunEvent.ProvisionerStopped(at, text("provisioner"), optional("problem"));
                case "remote-ready" ->
                    new RunEvent.RemoteReady(
                            at,
                            text("remote"),
                            text("provisioner"),
                            map.containsKey("until") ? Optional.of(time("until")) : Optional.empty());
                case "set-up-finished" -> new RunEvent.SetUpFinished(at, text("remote"));
                case "set-up-failed" -> new RunEvent.SetUpFailed(at, text("remote"), text("message"), optional("way"));
                case "test-started" -> new RunEvent.TestStarted(at, text("remote"), text("test"), number("attempt"));
                case "test-finished" ->
                    new RunEvent.TestFinished(
                            at,
                            text("remote"),
                            text("test"),
                            number("attempt"),
                            ending(),
                            flag("rerun"),
                            flag("destroyed"),
                            map.containsKey("ended") ? time("ended") : at);
                case "attempt-ingested" ->
                    new RunEvent.AttemptIngested(at, text("test"), number("attempt"), flag("last"), commit());
                case "attempt-recovered" ->
                    new RunEvent.AttemptRecovered(
                            at,
                            text("test"),
                            number("attempt"),
                            new OwnResult(optional("status"), optional("note"), optional("log")),
                            subtests(),
                            commit());
                case "ingest-failed" ->
                    new RunEvent.IngestFailed(
                            at, text("test"), number("attempt"), Path.of(text("artifacts")), text("message"));
                case "attempt-superseded" ->
                    new RunEvent.AttemptSuperseded(
                            at,
                            text("test"),
                            number("attempt"),
                            optional("kept").map(Path::of));
                case "test-not-run" ->
                    new RunEvent.TestNotRun(
                            at, text("test"), text("reason"), optional("status").orElse("infra"));
                case "release-started" -> new RunEvent.ReleaseStarted(at, text("remote"));
                case "remote-released" -> new RunEvent.RemoteReleased(at, text("remote"));
                case "release-failed" -> new RunEvent.ReleaseFailed(at, text("remote"), text("message"));
                case "hook-failed" -> new RunEvent.HookFailed(at, text("hook"), text("message"));
                case "deadline-expired" -> new RunEvent.DeadlineExpired(at, Limit.of(text("limit")), text("subject"));
                case "stop-requested" -> new RunEvent.StopRequested(at, text("reason"));
                case "interrupted" -> new RunEvent.Interrupted(at, number("urgency"), text("reason"));
                case "run-finished" -> new RunEvent.RunFinished(at);
                default -> throw new IllegalArgumentException("no event is called '" + kind + "'");
            };
        }

        private List<RunNote> notes() {
            if (!map.containsKey("notes")) {
                return List.of();
            }
            if (!(map.get("notes") instanceof List<?> items)) {
                throw new IllegalArgumentException("'notes' is not an array");
            }
            List<RunNote> notes = new ArrayList<>(items.size());
            for (Object item : items) {
                if (!(item instanceof Map<?, ?> members)) {
                    throw new IllegalArgumentException("'notes' has something that is not an object");
                }
                Fields note = new Fields(members);
                notes.add(new RunNote(
                        note.text("severity"),
                        note.text("kind"),
                        note.text("text"),
                        note.number("count"),
                        note.optional("place")));
            }
            return notes;
        }

        private Commit commit() {
            return new Commit(text("position"), optional("files").map(Path::of));
        }

        private Ending ending() {
            return new Ending(
                    map.containsKey("exit") ? OptionalInt.of(number("exit")) : OptionalInt.empty(),
                    optional("failure").map(FailureClass::of).filter(failure -> failure != FailureClass.TEST),
                    optional("status"),
                    optional("note"),
                    optional("log"),
                    subtests());
        }

        private FailedSubtests subtests() {
            int counted = count("failed-subtests");
            int ignored = count("ignored-subtests");
            return counted + ignored == 0
                    ? FailedSubtests.NONE
                    : new FailedSubtests(counted, ignored, optional("failed-subtest"));
        }

        private int count(String key) {
            int count = map.containsKey(key) ? number(key) : 0;
            if (count < 0) {
                throw new IllegalArgumentException("'" + key + "' is less than 0");
            }
            return count;
        }

        private Duration time(String key) {
            Duration time = Duration.ofNanos(decimal(key).movePointRight(9).longValue());
            if (time.isNegative() || time.compareTo(LONGEST_RUN) > 0) {
                throw new IllegalArgumentException("'" + key + "' is no time in a run");
            }
            return time;
        }

        private Instant wallClock() {
            Instant time = Instant.parse(text("wall-clock"));
            if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST_YEAR)) { // sums with it must not overflow
                throw new IllegalArgumentException("'wall-clock' is not a time of this world");
            }
            return time;
        }

        private String text(String key) {
            return optional(key).orElseThrow(() -> new IllegalArgumentException("'" + key + "' is missing"));
        }

        private Optional<String> optional(String key) {
            Object value = map.get(key);
            if (value == null) {
                return Optional.empty();
            }
            return Optional.of(text(key, value));
        }

        private static String text(String key, @Nullable Object value) {
            if (value instanceof String string) {
                return string;
            }
            throw new IllegalArgumentException("'" + key + "' is not a string");
        }

        private List<String> texts(String key) {
            if (!(map.get(key) instanceof List<?> items)) {
                throw new IllegalArgumentException("'" + key + "' is not an array");
            }
            List<String> texts = new ArrayList<>(items.size());
            items.forEach(item -> texts.add(text(key, item)));
            return texts;
        }

        private Map<String, String> textsByName(String key) {
            if (!(map.get(key) instanceof Map<?, ?> members)) {
                throw new IllegalArgumentException("'" + key + "' is not an object");
            }
            Map<String, String> texts = new LinkedHashMap<>();
            members.forEach((name, value) -> texts.put(String.valueOf(name), text(key, value)));
            return texts;
        }

        private BigDecimal decimal(String key) {
            if (map.get(key) instanceof JsonNumber number) {
                return new BigDecimal(number.text());
            }
            throw new IllegalArgumentException("'" + key + "' is not a number");
        }

        private int number(String key) {
            try {
                return decimal(key).intValueExact();
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("'" + key + "' is not a whole number", e);
            }
        }

        private boolean flag(String key) {
            if (map.get(key) instanceof Boolean value) {
                return value;
            }
            throw new IllegalArgumentException("'" + key + "' is not true or false");
        }
    }
}
