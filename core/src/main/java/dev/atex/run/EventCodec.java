package dev.atex.run;

import static dev.atex.run.EventMember.flag;
import static dev.atex.run.EventMember.number;
import static dev.atex.run.EventMember.optionalText;
import static dev.atex.run.EventMember.optionalTime;
import static dev.atex.run.EventMember.text;
import static dev.atex.run.EventMember.texts;
import static dev.atex.run.EventMember.textsByName;
import static dev.atex.run.EventValues.COMMIT;
import static dev.atex.run.EventValues.ENDING;
import static dev.atex.run.EventValues.NOTES;
import static dev.atex.run.EventValues.OWN;
import static dev.atex.run.EventValues.SUBTESTS;

import dev.atex.internal.json.JsonBytes;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes and reads events of the log. One table has an entry for each kind of event, with its name and its members in order.
 * {@code docs/events.md} describes the format. Thread-safe.
 */
final class EventCodec {
    private static final EventMember<Path> ARTIFACTS = text("artifacts").as(Path::of, Path::toString);
    private static final EventMember<Integer> ATTEMPT = number("attempt");
    private static final EventMember<Integer> COUNT = number("count");
    private static final EventMember<Boolean> DESTROYED = flag("destroyed");
    private static final EventMember<Integer> DROPPED = number("dropped");
    private static final EventMember<Optional<Duration>> ENDED = optionalTime("ended");
    private static final EventMember<Map<String, String>> FACTS = textsByName("facts");
    private static final EventMember<EventFormat> FORMAT = text("format").as(EventFormat::of, EventFormat::toString);
    private static final EventMember<String> HOOK = text("hook");
    private static final EventMember<Optional<Path>> KEPT =
            optionalText("kept").as(text -> text.map(Path::of), path -> path.map(Path::toString));
    private static final EventMember<Boolean> LAST = flag("last");
    private static final EventMember<Limit> LIMIT = text("limit").as(Limit::of, Limit::label);
    private static final EventMember<String> MESSAGE = text("message");
    private static final EventMember<String> NOT_RUN_STATUS = text("status").unless("infra", "status");
    private static final EventMember<String> PLATFORM = text("platform");
    private static final EventMember<Optional<String>> PROBLEM = optionalText("problem");
    private static final EventMember<String> PROVISIONER = text("provisioner");
    private static final EventMember<String> REASON = text("reason");
    private static final EventMember<String> REMOTE = text("remote");
    private static final EventMember<Boolean> RERUN = flag("rerun");
    private static final EventMember<String> RUN_ID = text("run-id");
    private static final EventMember<String> SUBJECT = text("subject");
    private static final EventMember<String> TEST = text("test");
    private static final EventMember<List<String>> TESTS = texts("tests");
    private static final EventMember<Optional<Duration>> UNTIL = optionalTime("until");
    private static final EventMember<Integer> URGENCY = number("urgency");
    private static final EventMember<Instant> WALL_CLOCK = EventMember.date("wall-clock");
    private static final EventMember<Optional<String>> WAY = optionalText("way");

    private static final List<Entry<?>> EVENTS = List.of(
            event(
                    "run-started",
                    RunEvent.RunStarted.class,
                    in -> new RunEvent.RunStarted(
                            in.at(),
                            WALL_CLOCK.read(in),
                            RUN_ID.read(in),
                            PLATFORM.read(in),
                            TESTS.read(in),
                            NOTES.read(in)),
                    FORMAT.of(_ -> EventFormat.CURRENT),
                    WALL_CLOCK.of(RunEvent.RunStarted::wallClock),
                    RUN_ID.of(RunEvent.RunStarted::runId),
                    PLATFORM.of(RunEvent.RunStarted::platform),
                    TESTS.of(RunEvent.RunStarted::tests),
                    NOTES.of(RunEvent.RunStarted::notes)),
            event(
                    "run-resumed",
                    RunEvent.RunResumed.class,
                    in -> new RunEvent.RunResumed(in.at(), WALL_CLOCK.read(in), TESTS.read(in)),
                    FORMAT.of(_ -> EventFormat.CURRENT),
                    WALL_CLOCK.of(RunEvent.RunResumed::wallClock),
                    TESTS.of(RunEvent.RunResumed::tests)),
            event(
                    "provision-requested",
                    RunEvent.ProvisionRequested.class,
                    in -> new RunEvent.ProvisionRequested(in.at(), PROVISIONER.read(in), COUNT.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionRequested::provisioner),
                    COUNT.of(RunEvent.ProvisionRequested::count)),
            event(
                    "provision-progress",
                    RunEvent.ProvisionProgress.class,
                    in -> new RunEvent.ProvisionProgress(
                            in.at(), PROVISIONER.read(in), REMOTE.read(in), FACTS.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionProgress::provisioner),
                    REMOTE.of(RunEvent.ProvisionProgress::remote),
                    FACTS.of(RunEvent.ProvisionProgress::facts)),
            event(
                    "provision-cleared",
                    RunEvent.ProvisionCleared.class,
                    in -> new RunEvent.ProvisionCleared(in.at(), PROVISIONER.read(in), DROPPED.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionCleared::provisioner),
                    DROPPED.of(RunEvent.ProvisionCleared::dropped)),
            event(
                    "provision-failed",
                    RunEvent.ProvisionFailed.class,
                    in -> new RunEvent.ProvisionFailed(in.at(), PROVISIONER.read(in), MESSAGE.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionFailed::provisioner),
                    MESSAGE.of(RunEvent.ProvisionFailed::message)),
            event(
                    "provisioner-failed",
                    RunEvent.ProvisionerFailed.class,
                    in -> new RunEvent.ProvisionerFailed(in.at(), PROVISIONER.read(in), MESSAGE.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionerFailed::provisioner),
                    MESSAGE.of(RunEvent.ProvisionerFailed::message)),
            event(
                    "provisioner-stopped",
                    RunEvent.ProvisionerStopped.class,
                    in -> new RunEvent.ProvisionerStopped(in.at(), PROVISIONER.read(in), PROBLEM.read(in)),
                    PROVISIONER.of(RunEvent.ProvisionerStopped::provisioner),
                    PROBLEM.of(RunEvent.ProvisionerStopped::problem)),
            event(
                    "remote-ready",
                    RunEvent.RemoteReady.class,
                    in -> new RunEvent.RemoteReady(in.at(), REMOTE.read(in), PROVISIONER.read(in), UNTIL.read(in)),
                    REMOTE.of(RunEvent.RemoteReady::remote),
                    PROVISIONER.of(RunEvent.RemoteReady::provisioner),
                    UNTIL.of(RunEvent.RemoteReady::until)),
            event(
                    "set-up-finished",
                    RunEvent.SetUpFinished.class,
                    in -> new RunEvent.SetUpFinished(in.at(), REMOTE.read(in)),
                    REMOTE.of(RunEvent.SetUpFinished::remote)),
            event(
                    "set-up-failed",
                    RunEvent.SetUpFailed.class,
                    in -> new RunEvent.SetUpFailed(in.at(), REMOTE.read(in), MESSAGE.read(in), WAY.read(in)),
                    REMOTE.of(RunEvent.SetUpFailed::remote),
                    MESSAGE.of(RunEvent.SetUpFailed::message),
                    WAY.of(RunEvent.SetUpFailed::way)),
            event(
                    "test-started",
                    RunEvent.TestStarted.class,
                    in -> new RunEvent.TestStarted(in.at(), REMOTE.read(in), TEST.read(in), ATTEMPT.read(in)),
                    REMOTE.of(RunEvent.TestStarted::remote),
                    TEST.of(RunEvent.TestStarted::test),
                    ATTEMPT.of(RunEvent.TestStarted::attempt)),
            event(
                    "test-finished",
                    RunEvent.TestFinished.class,
                    in -> new RunEvent.TestFinished(
                            in.at(),
                            REMOTE.read(in),
                            TEST.read(in),
                            ATTEMPT.read(in),
                            ENDING.read(in),
                            RERUN.read(in),
                            DESTROYED.read(in),
                            ENDED.read(in).orElse(in.at())),
                    REMOTE.of(RunEvent.TestFinished::remote),
                    TEST.of(RunEvent.TestFinished::test),
                    ATTEMPT.of(RunEvent.TestFinished::attempt),
                    ENDING.of(RunEvent.TestFinished::ending),
                    RERUN.of(RunEvent.TestFinished::rerun),
                    DESTROYED.of(RunEvent.TestFinished::destroyed),
                    ENDED.of(e -> Optional.of(e.ended()).filter(time -> !time.equals(e.at())))),
            event(
                    "attempt-ingested",
                    RunEvent.AttemptIngested.class,
                    in -> new RunEvent.AttemptIngested(
                            in.at(), TEST.read(in), ATTEMPT.read(in), LAST.read(in), COMMIT.read(in)),
                    TEST.of(RunEvent.AttemptIngested::test),
                    ATTEMPT.of(RunEvent.AttemptIngested::attempt),
                    LAST.of(RunEvent.AttemptIngested::last),
                    COMMIT.of(RunEvent.AttemptIngested::commit)),
            event(
                    "attempt-recovered",
                    RunEvent.AttemptRecovered.class,
                    in -> new RunEvent.AttemptRecovered(
                            in.at(), TEST.read(in), ATTEMPT.read(in), OWN.read(in), SUBTESTS.read(in), COMMIT.read(in)),
                    TEST.of(RunEvent.AttemptRecovered::test),
                    ATTEMPT.of(RunEvent.AttemptRecovered::attempt),
                    OWN.of(RunEvent.AttemptRecovered::own),
                    SUBTESTS.of(RunEvent.AttemptRecovered::subtests),
                    COMMIT.of(RunEvent.AttemptRecovered::commit)),
            event(
                    "ingest-failed",
                    RunEvent.IngestFailed.class,
                    in -> new RunEvent.IngestFailed(
                            in.at(), TEST.read(in), ATTEMPT.read(in), ARTIFACTS.read(in), MESSAGE.read(in)),
                    TEST.of(RunEvent.IngestFailed::test),
                    ATTEMPT.of(RunEvent.IngestFailed::attempt),
                    ARTIFACTS.of(RunEvent.IngestFailed::artifacts),
                    MESSAGE.of(RunEvent.IngestFailed::message)),
            event(
                    "attempt-superseded",
                    RunEvent.AttemptSuperseded.class,
                    in -> new RunEvent.AttemptSuperseded(in.at(), TEST.read(in), ATTEMPT.read(in), KEPT.read(in)),
                    TEST.of(RunEvent.AttemptSuperseded::test),
                    ATTEMPT.of(RunEvent.AttemptSuperseded::attempt),
                    KEPT.of(RunEvent.AttemptSuperseded::kept)),
            event(
                    "test-not-run",
                    RunEvent.TestNotRun.class,
                    in -> new RunEvent.TestNotRun(in.at(), TEST.read(in), REASON.read(in), NOT_RUN_STATUS.read(in)),
                    TEST.of(RunEvent.TestNotRun::test),
                    REASON.of(RunEvent.TestNotRun::reason),
                    NOT_RUN_STATUS.of(RunEvent.TestNotRun::status)),
            event(
                    "release-started",
                    RunEvent.ReleaseStarted.class,
                    in -> new RunEvent.ReleaseStarted(in.at(), REMOTE.read(in)),
                    REMOTE.of(RunEvent.ReleaseStarted::remote)),
            event(
                    "remote-released",
                    RunEvent.RemoteReleased.class,
                    in -> new RunEvent.RemoteReleased(in.at(), REMOTE.read(in)),
                    REMOTE.of(RunEvent.RemoteReleased::remote)),
            event(
                    "release-failed",
                    RunEvent.ReleaseFailed.class,
                    in -> new RunEvent.ReleaseFailed(in.at(), REMOTE.read(in), MESSAGE.read(in)),
                    REMOTE.of(RunEvent.ReleaseFailed::remote),
                    MESSAGE.of(RunEvent.ReleaseFailed::message)),
            event(
                    "hook-failed",
                    RunEvent.HookFailed.class,
                    in -> new RunEvent.HookFailed(in.at(), HOOK.read(in), MESSAGE.read(in)),
                    HOOK.of(RunEvent.HookFailed::hook),
                    MESSAGE.of(RunEvent.HookFailed::message)),
            event(
                    "deadline-expired",
                    RunEvent.DeadlineExpired.class,
                    in -> new RunEvent.DeadlineExpired(in.at(), LIMIT.read(in), SUBJECT.read(in)),
                    LIMIT.of(RunEvent.DeadlineExpired::limit),
                    SUBJECT.of(RunEvent.DeadlineExpired::subject)),
            event(
                    "stop-requested",
                    RunEvent.StopRequested.class,
                    in -> new RunEvent.StopRequested(in.at(), REASON.read(in)),
                    REASON.of(RunEvent.StopRequested::reason)),
            event(
                    "interrupted",
                    RunEvent.Interrupted.class,
                    in -> new RunEvent.Interrupted(in.at(), URGENCY.read(in), REASON.read(in)),
                    URGENCY.of(RunEvent.Interrupted::urgency),
                    REASON.of(RunEvent.Interrupted::reason)),
            event("run-finished", RunEvent.RunFinished.class, in -> new RunEvent.RunFinished(in.at())));

    private static final Map<String, Entry<?>> BY_NAME = new HashMap<>();
    private static final Map<Class<?>, Entry<?>> BY_TYPE = new HashMap<>();

    static {
        for (Entry<?> entry : EVENTS) {
            BY_NAME.put(entry.name, entry);
            BY_TYPE.put(entry.type, entry);
        }
    }

    private EventCodec() {}

    /** One kind of event. */
    private record Entry<E extends RunEvent>(
            String name, Class<E> type, Function<EventObject, E> reading, List<EventMember.Part<? super E>> parts) {

        void write(RunEvent event, JsonBytes json) {
            E mine = type.cast(event);
            for (int i = 0; i < parts.size(); i++) { // an iterator for each event would be garbage
                parts.get(i).write(mine, json);
            }
        }
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    private static <E extends RunEvent> Entry<E> event(
            String name, Class<E> type, Function<EventObject, E> reading, EventMember.Part<? super E>... parts) {
        return new Entry<>(name, type, reading, List.of(parts));
    }

    /** Appends the line of an event. */
    static void write(RunEvent event, JsonBytes json) {
        Entry<?> entry = BY_TYPE.get(event.getClass());
        if (entry == null) {
            throw new IllegalArgumentException("not an event that is written: " + event);
        }
        json.raw("{\"event\":\"").raw(entry.name).raw("\",\"at\":");
        EventMember.seconds(event.at(), json);
        entry.write(event, json);
        json.raw("}\n");
    }

    /** Returns the version that a line contains, if any. */
    static Optional<EventFormat> format(EventObject line) {
        return line.has("format") ? Optional.of(FORMAT.read(line)) : Optional.empty();
    }

    /**
     * Returns the event in a line.
     *
     * @param isNewer whether the log has a newer version, so that unknown events are {@link RunEvent.Unknown}
     * @throws IllegalArgumentException if the event is unknown or malformed
     * @throws DateTimeException if its date is malformed
     */
    static RunEvent read(EventObject line, boolean isNewer) {
        String name = line.text("event");
        Entry<?> entry = BY_NAME.get(name);
        try {
            if (entry != null) {
                return entry.reading.apply(line);
            }
            throw new IllegalArgumentException("no event is called '" + name + "'");
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            if (isNewer) { // a newer version may also have new words
                return new RunEvent.Unknown(line.at(), name);
            }
            throw e;
        }
    }
}
