package dev.atex.run;

import java.util.Optional;

/**
 * A note from before a run: metadata that are wrong, or that ATEX does not obey.
 *
 * @param severity one word: {@code "note"}, {@code "refused"} if it was allowed but would have been refused, or {@code
 *     "mistake"}
 * @param kind one word for its subject
 * @param text one sentence
 * @param count how often it was found
 * @param place the first place, {@code "plans/ci.fmf:12"}
 */
public record RunNote(String severity, String kind, String text, int count, Optional<String> place) {

    /** The kind of a note about the log itself. */
    public static final String NEWER = "newer-version";

    /** Returns whether it is about the log of the run, not about metadata. */
    public boolean isOfTheLog() {
        return kind.equals(NEWER);
    }

    /** Returns the text for users: {@code note: TEXT (3 times, first plans/ci.fmf:12)}; starts with {@code allowed:} if it was allowed. */
    public String line() {
        String times = count == 1 ? "" : count + " times";
        String where = place.map(at -> count == 1 ? at : ", first " + at).orElse("");
        String word = severity.equals("refused") ? "allowed" : severity; // the log keeps its old word
        return word + ": " + text + (times.isEmpty() && where.isEmpty() ? "" : " (" + times + where + ")");
    }
}
