package dev.atex.executor;

import dev.atex.json.FlatObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result for the test itself: the last one without a name.
 *
 * @param status its status, if it has one
 * @param note its note, if it has one
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
        return new OwnResult(string(result.get("status")), string(result.get("note")), log);
    }

    static OwnResult of(FlatObject result) {
        int status = result.find("status");
        int note = result.find("note");
        int files = result.find("files");
        return new OwnResult(
                status < 0 ? Optional.empty() : Optional.ofNullable(result.string(status)),
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
