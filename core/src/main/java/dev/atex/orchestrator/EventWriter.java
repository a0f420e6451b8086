package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailedSubtests;
import dev.atex.executor.FailureClass;
import dev.atex.json.JsonBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Writes events as lines of JSON into memory, to be flushed; see {@code docs/events.md}. Used by one thread. */
final class EventWriter {
    // What comes before the value of a member.
    private static final String ARTIFACTS = ",\"artifacts\":";
    private static final String ATTEMPT = ",\"attempt\":";
    private static final String COUNT = ",\"count\":";
    private static final String DESTROYED = ",\"destroyed\":";
    private static final String DROPPED = ",\"dropped\":";
    private static final String ENDED = ",\"ended\":";
    private static final String EXIT = ",\"exit\":";
    private static final String FACTS = ",\"facts\":";
    private static final String FAILURE = ",\"failure\":";
    private static final String FILES = ",\"files\":";
    private static final String HOOK = ",\"hook\":";
    private static final String KEPT = ",\"kept\":";
    private static final String LAST = ",\"last\":";
    private static final String LIMIT = ",\"limit\":";
    private static final String LOG = ",\"log\":";
    private static final String MESSAGE = ",\"message\":";
    private static final String NOTE = ",\"note\":";
    private static final String PLATFORM = ",\"platform\":";
    private static final String POSITION = ",\"position\":";
    private static final String PROBLEM = ",\"problem\":";
    private static final String PROVISIONER = ",\"provisioner\":";
    private static final String REASON = ",\"reason\":";
    private static final String REMOTE = ",\"remote\":";
    private static final String RERUN = ",\"rerun\":";
    private static final String RUN_ID = ",\"run-id\":";
    private static final String STATUS = ",\"status\":";
    private static final String SUBJECT = ",\"subject\":";
    private static final String TEST = ",\"test\":";
    private static final String UNTIL = ",\"until\":";
    private static final String URGENCY = ",\"urgency\":";
    private static final String WALL_CLOCK = ",\"wall-clock\":";

    private final JsonBytes json = new JsonBytes(JsonBytes.Style.COMPACT);

    /** Bytes that wait for a flush. */
    int size() {
        return json.size();
    }

    void flushTo(WritableByteChannel channel) throws IOException {
        ByteBuffer bytes = json.buffer();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        json.truncate(0);
    }

    private static Map<String, @Nullable Object> object(RunNote note) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("severity", note.severity());
        members.put("kind", note.kind());
        members.put("text", note.text());
        members.put("count", note.count());
        note.place().ifPresent(place -> members.put("place", place));
        return members;
    }

    void write(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted e -> {
                begin("run-started", e.at());
                text(WALL_CLOCK, e.wallClock().toString());
                text(RUN_ID, e.runId());
                text(PLATFORM, e.platform());
                json.raw(",\"tests\":").value(e.tests());
                if (!e.notes().isEmpty()) {
                    json.raw(",\"notes\":")
                            .value(e.notes().stream().map(EventWriter::object).toList());
                }
            }
            case RunEvent.RunResumed e -> {
                begin("run-resumed", e.at());
                text(WALL_CLOCK, e.wallClock().toString());
                json.raw(",\"tests\":").value(e.tests());
            }
            case RunEvent.ProvisionRequested e -> {
                begin("provision-requested", e.at());
                text(PROVISIONER, e.provisioner());
                number(COUNT, e.count());
            }
            case RunEvent.ProvisionProgress e -> {
                begin("provision-progress", e.at());
                text(PROVISIONER, e.provisioner());
                text(REMOTE, e.remote());
                json.raw(FACTS).value(e.facts());
            }
            case RunEvent.ProvisionCleared e -> {
                begin("provision-cleared", e.at());
                text(PROVISIONER, e.provisioner());
                number(DROPPED, e.dropped());
            }
            case RunEvent.ProvisionFailed e -> {
                begin("provision-failed", e.at());
                text(PROVISIONER, e.provisioner());
                text(MESSAGE, e.message());
            }
            case RunEvent.ProvisionerFailed e -> {
                begin("provisioner-failed", e.at());
                text(PROVISIONER, e.provisioner());
                text(MESSAGE, e.message());
            }
            case RunEvent.ProvisionerStopped e -> {
                begin("provisioner-stopped", e.at());
                text(PROVISIONER, e.provisioner());
                text(PROBLEM, e.problem());
            }
            case RunEvent.RemoteReady e -> {
                begin("remote-ready", e.at());
                text(REMOTE, e.remote());
                text(PROVISIONER, e.provisioner());
                if (e.until().isPresent()) {
                    json.raw(UNTIL);
                    seconds(e.until().get());
                }
            }
            case RunEvent.SetUpFinished e -> {
                begin("set-up-finished", e.at());
                text(REMOTE, e.remote());
            }
            case RunEvent.SetUpFailed e -> {
                begin("set-up-failed", e.at());
                text(REMOTE, e.remote());
                text(MESSAGE, e.message());
                text(",\"way\":", e.way());
            }
            case RunEvent.TestStarted e -> {
                begin("test-started", e.at());
                text(REMOTE, e.remote());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
            }
            case RunEvent.TestFinished e -> {
                begin("test-finished", e.at());
                text(REMOTE, e.remote());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
                ending(e.ending());
                flag(RERUN, e.rerun());
                flag(DESTROYED, e.destroyed());
                if (!e.ended().equals(e.at())) {
                    json.raw(ENDED);
                    seconds(e.ended());
                }
            }
            case RunEvent.AttemptIngested e -> {
                begin("attempt-ingested", e.at());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
                flag(LAST, e.last());
                commit(e.commit());
            }
            case RunEvent.AttemptRecovered e -> {
                begin("attempt-recovered", e.at());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
                text(STATUS, e.own().status());
                text(NOTE, e.own().note());
                text(LOG, e.own().log());
                subtests(e.subtests());
                commit(e.commit());
            }
            case RunEvent.IngestFailed e -> {
                begin("ingest-failed", e.at());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
                text(ARTIFACTS, e.artifacts().toString());
                text(MESSAGE, e.message());
            }
            case RunEvent.AttemptSuperseded e -> {
                begin("attempt-superseded", e.at());
                text(TEST, e.test());
                number(ATTEMPT, e.attempt());
                text(KEPT, e.kept().map(Object::toString));
            }
            case RunEvent.TestNotRun e -> {
                begin("test-not-run", e.at());
                text(TEST, e.test());
                text(REASON, e.reason());
                if (!e.status().equals("infra")) {
                    text(STATUS, e.status());
                }
            }
            case RunEvent.ReleaseStarted e -> {
                begin("release-started", e.at());
                text(REMOTE, e.remote());
            }
            case RunEvent.RemoteReleased e -> {
                begin("remote-released", e.at());
                text(REMOTE, e.remote());
            }
            case RunEvent.ReleaseFailed e -> {
                begin("release-failed", e.at());
                text(REMOTE, e.remote());
                text(MESSAGE, e.message());
            }
            case RunEvent.HookFailed e -> {
                begin("hook-failed", e.at());
                text(HOOK, e.hook());
                text(MESSAGE, e.message());
            }
            case RunEvent.DeadlineExpired e -> {
                begin("deadline-expired", e.at());
                text(LIMIT, e.limit().label());
                text(SUBJECT, e.subject());
            }
            case RunEvent.StopRequested e -> {
                begin("stop-requested", e.at());
                text(REASON, e.reason());
            }
            case RunEvent.Interrupted e -> {
                begin("interrupted", e.at());
                number(URGENCY, e.urgency());
                text(REASON, e.reason());
            }
            case RunEvent.RunFinished e -> begin("run-finished", e.at());
        }
        json.raw('}').raw('\n');
    }

    private void begin(String kind, Duration at) {
        json.raw("{\"event\":\"").raw(kind).raw("\",\"at\":");
        seconds(at);
    }

    private void ending(Ending ending) {
        OptionalInt exit = ending.exitCode();
        if (exit.isPresent()) {
            number(EXIT, exit.getAsInt());
        }
        Optional<FailureClass> failure = ending.failureClass();
        if (failure.isPresent()) {
            text(FAILURE, failure.get().word());
        }
        text(STATUS, ending.status());
        text(NOTE, ending.note());
        text(LOG, ending.log());
        subtests(ending.subtests());
    }

    private void subtests(FailedSubtests failed) {
        if (failed.counted() > 0) {
            number(",\"failed-subtests\":", failed.counted());
        }
        if (failed.ignored() > 0) {
            number(",\"ignored-subtests\":", failed.ignored());
        }
        text(",\"failed-subtest\":", failed.first());
    }

    private void commit(Commit commit) {
        text(POSITION, commit.position());
        text(FILES, commit.files().map(Object::toString));
    }

    private void text(String key, String value) {
        json.raw(key).string(value);
    }

    private void text(String key, Optional<String> value) {
        if (value.isPresent()) {
            text(key, value.get());
        }
    }

    private void number(String key, int value) {
        json.raw(key).number(value);
    }

    private void flag(String key, boolean value) {
        json.raw(key).raw(value ? "true" : "false");
    }

    /** Seconds with six decimals. */
    private void seconds(Duration at) {
        json.number(at.getSeconds()).raw('.').padded(at.getNano() / 1000, 6);
    }
}
