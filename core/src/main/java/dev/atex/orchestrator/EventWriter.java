package dev.atex.orchestrator;

import dev.atex.aggregator.Commit;
import dev.atex.executor.FailureClass;
import dev.atex.json.JsonBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Writes events as lines of JSON into memory, to be flushed; see {@code docs/events.md}. Used by one thread. */
final class EventWriter {
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

    void write(RunEvent event) {
        switch (event) {
            case RunEvent.RunStarted e -> {
                begin("run-started", e.at());
                text("wall-clock", e.wallClock().toString());
                text("run-id", e.runId());
                text("platform", e.platform());
                json.raw(",\"tests\":").value(e.tests());
            }
            case RunEvent.RunResumed e -> {
                begin("run-resumed", e.at());
                text("wall-clock", e.wallClock().toString());
                json.raw(",\"tests\":").value(e.tests());
            }
            case RunEvent.ProvisionRequested e -> {
                begin("provision-requested", e.at());
                text("provisioner", e.provisioner());
                number("count", e.count());
            }
            case RunEvent.ProvisionCleared e -> {
                begin("provision-cleared", e.at());
                text("provisioner", e.provisioner());
                number("dropped", e.dropped());
            }
            case RunEvent.ProvisionFailed e -> {
                begin("provision-failed", e.at());
                text("provisioner", e.provisioner());
                text("message", e.message());
            }
            case RunEvent.ProvisionerFailed e -> {
                begin("provisioner-failed", e.at());
                text("provisioner", e.provisioner());
                text("message", e.message());
            }
            case RunEvent.ProvisionerStopped e -> {
                begin("provisioner-stopped", e.at());
                text("provisioner", e.provisioner());
                text("problem", e.problem());
            }
            case RunEvent.RemoteReady e -> {
                begin("remote-ready", e.at());
                text("remote", e.remote());
                text("provisioner", e.provisioner());
            }
            case RunEvent.SetUpFinished e -> {
                begin("set-up-finished", e.at());
                text("remote", e.remote());
            }
            case RunEvent.SetUpFailed e -> {
                begin("set-up-failed", e.at());
                text("remote", e.remote());
                text("message", e.message());
            }
            case RunEvent.TestStarted e -> {
                begin("test-started", e.at());
                text("remote", e.remote());
                text("test", e.test());
                number("attempt", e.attempt());
            }
            case RunEvent.TestFinished e -> {
                begin("test-finished", e.at());
                text("remote", e.remote());
                text("test", e.test());
                number("attempt", e.attempt());
                ending(e.ending());
                flag("rerun", e.rerun());
                flag("destroyed", e.destroyed());
            }
            case RunEvent.AttemptIngested e -> {
                begin("attempt-ingested", e.at());
                text("test", e.test());
                number("attempt", e.attempt());
                flag("last", e.last());
                commit(e.commit());
            }
            case RunEvent.AttemptRecovered e -> {
                begin("attempt-recovered", e.at());
                text("test", e.test());
                number("attempt", e.attempt());
                text("status", e.own().status());
                text("note", e.own().note());
                text("log", e.own().log());
                commit(e.commit());
            }
            case RunEvent.IngestFailed e -> {
                begin("ingest-failed", e.at());
                text("test", e.test());
                number("attempt", e.attempt());
                text("artifacts", e.artifacts().toString());
                text("message", e.message());
            }
            case RunEvent.AttemptSuperseded e -> {
                begin("attempt-superseded", e.at());
                text("test", e.test());
                number("attempt", e.attempt());
                text("kept", e.kept().map(Object::toString));
            }
            case RunEvent.TestNotRun e -> {
                begin("test-not-run", e.at());
                text("test", e.test());
                text("reason", e.reason());
            }
            case RunEvent.ReleaseStarted e -> {
                begin("release-started", e.at());
                text("remote", e.remote());
            }
            case RunEvent.RemoteReleased e -> {
                begin("remote-released", e.at());
                text("remote", e.remote());
            }
            case RunEvent.ReleaseFailed e -> {
                begin("release-failed", e.at());
                text("remote", e.remote());
                text("message", e.message());
            }
            case RunEvent.HookFailed e -> {
                begin("hook-failed", e.at());
                text("hook", e.hook());
                text("message", e.message());
            }
            case RunEvent.DeadlineExpired e -> {
                begin("deadline-expired", e.at());
                text("limit", e.limit().label());
                text("subject", e.subject());
            }
            case RunEvent.Interrupted e -> {
                begin("interrupted", e.at());
                number("urgency", e.urgency());
                text("reason", e.reason());
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
            number("exit", exit.getAsInt());
        }
        Optional<FailureClass> failure = ending.failureClass();
        if (failure.isPresent()) {
            text("failure", failure.get().word());
        }
        text("status", ending.status());
        text("note", ending.note());
        text("log", ending.log());
    }

    private void commit(Commit commit) {
        text("position", commit.position());
        text("files", commit.files().map(Object::toString));
    }

    private void text(String name, String value) {
        name(name).string(value);
    }

    private void text(String name, Optional<String> value) {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    private void number(String name, int value) {
        name(name).raw(Integer.toString(value));
    }

    private void flag(String name, boolean value) {
        name(name).raw(value ? "true" : "false");
    }

    private JsonBytes name(String name) {
        return json.raw(",\"").raw(name).raw("\":");
    }

    /** Seconds with six decimals. */
    private void seconds(Duration at) {
        json.raw(Long.toString(at.getSeconds())).raw('.');
        int micros = at.getNano() / 1000;
        for (int unit = 100_000; unit > 0; unit /= 10) {
            json.raw((char) ('0' + micros / unit % 10));
        }
    }
}
