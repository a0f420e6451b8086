package dev.atex.executor;

import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of the test itself: the one without a name. Where a test reports none, {@link #of(Ending)} creates it.
 *
 * @param status the word of {@link Status} for what it reported; empty if it reported none
 * @param note its note, if it has one; after the status, if that is unknown
 * @param log the first of its files, as the result names it: for {@link ArtifactFiles#find}
 */
public record OwnResult(Optional<String> status, Optional<String> note, Optional<String> log) {

    /** Returns the result of a test that reported none: its status in the ending, or that of its exit code. */
    public static OwnResult of(Ending ending) {
        String status = ending.status().orElse(ending.outcome().word());
        return new OwnResult(Optional.of(status), ending.note(), ending.log());
    }

    /** Returns the result of a test that could not be run. */
    public static OwnResult notRun(String reason) {
        return of(Ending.aborted(FailureClass.INTERNAL, reason));
    }

    /** Returns the result of a test that was not run because the user asked for that. */
    public static OwnResult skipped(String reason) {
        return new OwnResult(Optional.of(Status.SKIP.word()), Optional.of(reason), Optional.empty());
    }

    /** Returns it as {@link TestArtifacts#addResult} takes it. */
    public Map<String, @Nullable Object> toResult() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        status.ifPresent(word -> result.put("status", word));
        note.ifPresent(text -> result.put("note", text));
        log.ifPresent(file -> result.put("files", List.of(file)));
        return result;
    }

    /** Returns the same result with its captured output. */
    OwnResult withLog(String file) {
        return new OwnResult(status, note, Optional.of(file));
    }

    /** Adds it to the results of an attempt, and returns it. */
    public OwnResult addTo(TestArtifacts artifacts) throws IOException {
        artifacts.addResult(toResult());
        return this;
    }

    /** Returns whether a result is that of the test itself. */
    public static boolean isOwn(Map<String, ? extends @Nullable Object> result) {
        return result.get("name") == null;
    }

    /** Returns what a result of the test itself contains. */
    public static OwnResult of(Map<String, ? extends @Nullable Object> result) {
        Optional<String> log = result.get("files") instanceof List<?> files && !files.isEmpty()
                ? string(files.getFirst())
                : Optional.empty();
        return of(status(result.get("status")), string(result.get("note")), log);
    }

    /** Returns one with a status as the test reported it. */
    private static OwnResult of(Optional<String> reported, Optional<String> note, Optional<String> log) {
        return reported.isEmpty()
                ? new OwnResult(reported, note, log)
                : new OwnResult(
                        Optional.of(Status.of(reported.get()).word()), Status.explained(reported.get(), note), log);
    }

    /** Returns the word of a status, or its JSON if it is not a string; empty if none was reported. */
    static Optional<String> status(@Nullable Object value) {
        return switch (value) {
            case null -> Optional.empty();
            case String word -> Optional.of(word).filter(text -> !text.isEmpty());
            default -> Optional.of(Json.write(value));
        };
    }

    static Optional<String> status(FlatObject result, int index) {
        if (index < 0 || result.isNull(index)) {
            return Optional.empty();
        }
        if (result.isString(index)) {
            return status(result.string(index));
        }
        JsonBytes json = new JsonBytes(JsonBytes.Style.COMPACT);
        result.appendValue(index, json);
        return Optional.of(new String(json.toByteArray(), StandardCharsets.UTF_8));
    }

    /** Returns whether it says that the test failed. */
    boolean hasFailed() {
        return status.filter(word -> Status.of(word).failed()).isPresent();
    }

    static OwnResult of(FlatObject result) {
        int status = result.find("status");
        int note = result.find("note");
        int files = result.find("files");
        return of(
                status(result, status),
                note < 0 ? Optional.empty() : Optional.ofNullable(result.string(note)),
                files < 0 ? Optional.empty() : Optional.ofNullable(result.firstOf(files)));
    }

    /** Returns the same result, of a test that was aborted after it reported it. */
    public OwnResult abortedBy(String reason) {
        return new OwnResult(
                status, Optional.of(note.map(text -> noteWith(text, reason)).orElse(reason)), log);
    }

    /** Returns a note with the reason, once: the note may contain it, and the reason may begin with the note. */
    static String noteWith(String note, String reason) {
        return note.isEmpty() || note.equals(reason) || reason.startsWith(note + "; ") ? reason : note + "; " + reason;
    }

    private static Optional<String> string(@Nullable Object value) {
        return value instanceof String s ? Optional.of(s) : Optional.empty();
    }
}
