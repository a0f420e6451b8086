package dev.atex.executor;

import dev.atex.internal.json.FlatObject;
import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result for the test itself: one without a name.
 *
 * @param status the word of {@link Status} for what it reported; empty if it reported none
 * @param note its note, if it has one, with a status that nobody knows in front
 * @param log the first of its files, as the result names it: for {@link ArtifactFiles#find}
 */
public record OwnResult(Optional<String> status, Optional<String> note, Optional<String> log) {

    /** Whether a result is one for the test itself. */
    public static boolean isOwn(Map<String, ? extends @Nullable Object> result) {
        return result.get("name") == null;
    }

    /** What a result says. */
    public static OwnResult of(Map<String, ? extends @Nullable Object> result) {
        Optional<String> log = result.get("files") instanceof List<?> files && !files.isEmpty()
                ? string(files.getFirst())
                : Optional.empty();
        return of(status(result.get("status")), string(result.get("note")), log);
    }

    /** One with a status as the test reported it. */
    private static OwnResult of(Optional<String> reported, Optional<String> note, Optional<String> log) {
        return reported.isEmpty()
                ? new OwnResult(reported, note, log)
                : new OwnResult(
                        Optional.of(Status.of(reported.get()).word()), Status.explained(reported.get(), note), log);
    }

    /** The word of a status; what is no text is its JSON. Empty: none was reported. */
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

    /** Whether it says that the test failed. */
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

    /** The same one of a test that did not come to its end after it. */
    public OwnResult abortedBy(String reason) {
        return new OwnResult(
                status, Optional.of(note.map(text -> noteWith(text, reason)).orElse(reason)), log);
    }

    /** Results that were made because of the reason have it already, and a reason that is such a note has the note. */
    static String noteWith(String note, String reason) {
        return note.isEmpty() || note.equals(reason) || reason.startsWith(note + "; ") ? reason : note + "; " + reason;
    }

    private static Optional<String> string(@Nullable Object value) {
        return value instanceof String s ? Optional.of(s) : Optional.empty();
    }
}
