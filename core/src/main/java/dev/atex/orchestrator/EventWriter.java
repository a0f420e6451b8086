package dev.atex.orchestrator;

import dev.atex.executor.FailureClass;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes events as lines of JSON into memory, to be flushed; see {@code docs/events.md}. Used by one thread. */
final class EventWriter {
    private static final JsonFactory LINES = JsonFactory.builder()
            .rootValueSeparator((String) null)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    private static final class Buffer extends ByteArrayOutputStream {
        Buffer() {
            super(128 * 1024);
        }

        synchronized void writeTo(WritableByteChannel channel) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(buf, 0, count);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            reset();
        }
    }

    private final Buffer buffer = new Buffer();
    private final JsonGenerator json = LINES.createGenerator(ObjectWriteContext.empty(), buffer, JsonEncoding.UTF8);
    private final StringBuilder number = new StringBuilder(24);

    /** Bytes that wait for a flush, without the few that the generator still holds. */
    int size() {
        return buffer.size();
    }

    void flushTo(WritableByteChannel channel) throws IOException {
        json.flush();
        if (buffer.size() > 0) {
            buffer.writeTo(channel);
        }
    }

    void write(RunEvent event) {
        json.writeStartObject();
        switch (event) {
            case RunEvent.RunStarted e -> {
                begin("run-started", e.at());
                text("wall-clock", e.wallClock().toString());
                text("run-id", e.runId());
                text("platform", e.platform());
                json.writeName("tests");
                json.writeStartArray();
                e.tests().forEach(test -> json.writeString(wellFormed(test)));
                json.writeEndArray();
            }
            case RunEvent.ProvisionRequested e -> {
                begin("provision-requested", e.at());
                text("provisioner", e.provisioner());
                json.writeNumberProperty("count", e.count());
            }
            case RunEvent.ProvisionCleared e -> {
                begin("provision-cleared", e.at());
                text("provisioner", e.provisioner());
                json.writeNumberProperty("dropped", e.dropped());
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
                json.writeNumberProperty("attempt", e.attempt());
            }
            case RunEvent.TestFinished e -> {
                begin("test-finished", e.at());
                text("remote", e.remote());
                text("test", e.test());
                json.writeNumberProperty("attempt", e.attempt());
                ending(e.ending());
                json.writeBooleanProperty("rerun", e.rerun());
                json.writeBooleanProperty("destroyed", e.destroyed());
            }
            case RunEvent.AttemptIngested e -> {
                begin("attempt-ingested", e.at());
                text("test", e.test());
                json.writeNumberProperty("attempt", e.attempt());
                json.writeBooleanProperty("last", e.last());
                text("position", e.commit().position());
                text("files", e.commit().files().map(Object::toString));
            }
            case RunEvent.IngestFailed e -> {
                begin("ingest-failed", e.at());
                text("test", e.test());
                json.writeNumberProperty("attempt", e.attempt());
                text("artifacts", e.artifacts().toString());
                text("message", e.message());
            }
            case RunEvent.AttemptSuperseded e -> {
                begin("attempt-superseded", e.at());
                text("test", e.test());
                json.writeNumberProperty("attempt", e.attempt());
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
                json.writeNumberProperty("urgency", e.urgency());
                text("reason", e.reason());
            }
            case RunEvent.RunFinished e -> begin("run-finished", e.at());
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void begin(String kind, Duration at) {
        json.writeName("event");
        json.writeString(kind);
        json.writeName("at");
        json.writeNumber(seconds(at));
    }

    private void ending(Ending ending) {
        OptionalInt exit = ending.exitCode();
        if (exit.isPresent()) {
            json.writeNumberProperty("exit", exit.getAsInt());
        }
        Optional<FailureClass> failure = ending.failure();
        if (failure.isPresent()) {
            text("failure", failure.get().name().toLowerCase(Locale.ROOT));
        }
        text("status", ending.status());
        text("note", ending.note());
        text("log", ending.log());
    }

    private void text(String name, String value) {
        json.writeName(name);
        json.writeString(wellFormed(value));
    }

    /** Half a surrogate pair has no UTF-8: it is replaced, so that one odd name does not break the log. */
    private static String wellFormed(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            }
        }
        return value;
    }

    private void text(String name, Optional<String> value) {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    /** Seconds with six decimals. */
    private String seconds(Duration at) {
        number.setLength(0);
        number.append(at.getSeconds()).append('.').append(1_000_000 + at.getNano() / 1000);
        number.deleteCharAt(number.indexOf(".") + 1);
        return number.toString();
    }
}
